import '../design/base.css';
import '../design/controls.css';
import './organiser.css';
import { mount } from 'svelte';
import OrganiserScreen from './OrganiserScreen.svelte';

mount(OrganiserScreen, { target: document.body });
