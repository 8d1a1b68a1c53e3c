import { createContext } from 'svelte';
import type { Visitor } from './visitor.svelte.ts';

export const [theVisitor, setVisitor] = createContext<Visitor>();
