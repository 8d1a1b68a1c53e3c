import type { NoticeName } from '../words/notices.ts';
import { keyFor, receiptNumberOf, type Task } from './task.ts';
import type { Answer, CardEvent, Effect, NotNow, Phase, Press, Step, Visit, VisitEvent } from './visit.ts';

/**
 * What follows on what happens at a kiosk. Pure: it knows no clock, card, service or PIN; what is to be done
 * comes out as effects. A last try is used only after a yes to that very try, and whatever happens, leaving
 * and time lead back to nobody, with everything forgotten.
 *
 * @example
 * const { visit, effects } = step(nobody, { kind: 'begin', task });
 */
export function step(visit: Visit, event: VisitEvent): Step {
  if ('work' in event) return answered(visit, event);
  switch (event.kind) {
    case 'card-arrived':
    case 'card-left':
      return cardMoved(visit, event);
    case 'time-up':
      return timeUp(visit);
    case 'begin':
    case 'look-up':
    case 'confirm':
    case 'agree-to-last-try':
    case 'pin':
    case 'back':
    case 'print':
    case 'leave':
    case 'touch':
      return pressed(visit, event);
  }
}

function pressed(visit: Visit, press: Press): Step {
  const { phase } = visit;
  switch (press.kind) {
    case 'begin':
    case 'look-up':
      if (phase.name === 'take-card') return refused(visit, 'take-card');
      if (phase.name !== 'idle') return refused(visit, 'not-now');
      return begin({ ...visit, number: visit.number + 1 }, press);
    case 'confirm':
      return phase.name === 'review' ? toCard(visit, phase.task) : refused(visit, 'not-now');
    case 'agree-to-last-try':
      if (phase.name !== 'enter-pin' || phase.triesLeft !== 1) return refused(visit, 'not-now');
      return to(visit, { ...phase, agreed: true });
    case 'pin':
      return usePin(visit);
    case 'back':
      return back(visit);
    case 'print':
      return print(visit);
    case 'leave':
      return leave(visit);
    case 'touch':
      return phase.name === 'idle' || phase.name === 'take-card'
        ? refused(visit, 'not-now')
        : to(visit, { ...phase });
  }
}

function begin(visit: Visit, press: Extract<Press, { kind: 'begin' | 'look-up' }>): Step {
  if (press.kind === 'begin') return to(visit, { name: 'review', task: press.task });
  return ask(visit, { name: 'looking-up' }, (work) => ({ kind: 'look-up', work }));
}

/** Asks the card that lies there which one it is, or waits for one. */
function toCard(visit: Visit, task: Task): Step {
  const { card } = visit;
  if (card === undefined) return to(visit, { name: 'hold-card', task });
  return ask(visit, { name: 'reading', task }, (work) => ({ kind: 'identify', work, card, task }));
}

function usePin(visit: Visit): Step {
  const { phase, card } = visit;
  if (phase.name !== 'enter-pin' || card === undefined) return refused(visit, 'not-now');
  const { task, triesLeft, agreed } = phase;
  if (triesLeft <= 1 && !agreed) return refused(visit, 'last-try');
  return ask(visit, { name: 'working', task, step: 'pin' }, (work) => ({
    kind: 'use-pin',
    work,
    card,
    task,
    lastTryAgreed: agreed,
  }));
}

function back(visit: Visit): Step {
  const { phase } = visit;
  switch (phase.name) {
    case 'hold-card':
    case 'wrong-card':
    case 'enter-pin':
      return to(visit, { name: 'review', task: phase.task }, [{ kind: 'forget' }]);
    case 'review':
    case 'looking-up':
    case 'done':
      return end(visit);
    case 'idle':
    case 'reading':
    case 'working':
    case 'sending':
    case 'take-card':
      return refused(visit, 'not-now');
  }
}

function print(visit: Visit): Step {
  const { phase } = visit;
  if (phase.name !== 'done' || phase.outcome.kind !== 'reserved' || phase.printing !== 'failed') {
    return refused(visit, 'not-now');
  }
  const { outcome } = phase;
  return ask(visit, { name: 'done', outcome }, (work) => ({ kind: 'print', work, outcome }));
}

function leave(visit: Visit): Step {
  const { name } = visit.phase;
  // What is signed is on its way, and cannot be called back.
  return name === 'idle' || name === 'take-card' || name === 'sending'
    ? refused(visit, 'not-now')
    : end(visit);
}

function timeUp(visit: Visit): Step {
  const { phase } = visit;
  if (phase.name === 'idle' || phase.name === 'take-card') return still(visit);
  if (phase.name !== 'sending') return end(visit);
  const { task } = phase;
  const number = task.kind === 'application' ? { number: receiptNumberOf(task.form.id) } : {};
  return to(visit, { name: 'done', outcome: { kind: 'unclear', ...number } }, [{ kind: 'forget' }]);
}

function cardMoved(visit: Visit, { kind, card }: CardEvent): Step {
  if (kind === 'card-arrived') {
    // Another card beside the first is not looked at.
    if (visit.card !== undefined) return still(visit);
    const arrived = { ...visit, card };
    return visit.phase.name === 'hold-card' ? toCard(arrived, visit.phase.task) : still(arrived);
  }
  if (visit.card !== card) return still(visit);
  return cardLeft({ ...visit, card: undefined });
}

function cardLeft(visit: Visit): Step {
  const { phase } = visit;
  switch (phase.name) {
    case 'take-card':
      return to(visit, { name: 'idle' });
    case 'wrong-card':
      return to(visit, { name: 'hold-card', task: phase.task, notice: phase.notice });
    case 'reading':
    case 'enter-pin':
    case 'working':
      return cardLost(visit, phase.task, 'card-left');
    case 'idle':
    case 'looking-up':
    case 'review':
    case 'hold-card':
    case 'sending':
    case 'done':
      return still(visit);
  }
}

/** Waits for the card again; what it was asked before no longer counts. */
function cardLost(visit: Visit, task: Task, notice: NoticeName): Step {
  const next = { ...visit, work: visit.work + 1 };
  return to(next, { name: 'hold-card', task, notice }, [{ kind: 'forget' }]);
}

function answered(visit: Visit, answer: Answer): Step {
  if (answer.work !== visit.work) return still(visit);
  const { phase } = visit;
  switch (phase.name) {
    case 'looking-up':
      if (answer.kind === 'claim-found') return to(visit, { name: 'review', task: answer.task });
      return answer.kind === 'settled' ? settled(visit, answer) : still(visit);
    case 'reading':
      if (answer.kind === 'card-known') return known(visit, phase.task, answer.triesLeft, false);
      return cardAnswered(visit, phase.task, answer);
    case 'working':
      if (answer.kind === 'stepped') return to(visit, { ...phase, step: answer.step });
      if (answer.kind === 'pin-wrong') return known(visit, phase.task, answer.triesLeft, true);
      // The tries were other than they were before: the one that is left has not been used.
      if (answer.kind === 'card-known') return known(visit, phase.task, answer.triesLeft, false);
      if (answer.kind === 'signed') return send(visit, phase.task);
      return cardAnswered(visit, phase.task, answer);
    case 'sending':
      return answer.kind === 'settled' ? settled(visit, answer) : still(visit);
    case 'done':
      return answer.kind === 'printing' ? to(visit, { ...phase, printing: answer.printing }) : still(visit);
    case 'idle':
    case 'review':
    case 'hold-card':
    case 'wrong-card':
    case 'enter-pin':
    case 'take-card':
      return still(visit);
  }
}

function cardAnswered(visit: Visit, task: Task, answer: Answer): Step {
  if (answer.kind === 'card-lost') return cardLost(visit, task, answer.notice);
  if (answer.kind !== 'card-unfit') return still(visit);
  return to(visit, { name: 'wrong-card', task, notice: answer.notice }, [{ kind: 'forget' }]);
}

/** The tries that are left are known: a PIN may be typed, where there is a try for it. */
function known(visit: Visit, task: Task, triesLeft: number, wrong: boolean): Step {
  if (triesLeft > 0) return to(visit, { name: 'enter-pin', task, triesLeft, wrong, agreed: false });
  const notice: NoticeName = `${keyFor(task)}-pin-blocked`;
  return to(visit, { name: 'wrong-card', task, notice }, [{ kind: 'forget' }]);
}

function send(visit: Visit, task: Task): Step {
  return ask(visit, { name: 'sending', task }, (work) => ({ kind: 'send', work, task }));
}

function settled(visit: Visit, { outcome }: Extract<Answer, { kind: 'settled' }>): Step {
  const done: Phase = { name: 'done', outcome };
  if (outcome.kind !== 'reserved') return to(visit, done, [{ kind: 'forget' }]);
  const { visit: next, effects } = ask(visit, done, (work) => ({ kind: 'print', work, outcome }));
  return { visit: next, effects: [{ kind: 'forget' }, ...effects] };
}

/** The visit is over. A card that still lies there is not for the next visitor. */
function end(visit: Visit): Step {
  const name = visit.card === undefined ? 'idle' : 'take-card';
  return to({ ...visit, work: visit.work + 1 }, { name }, [{ kind: 'forget' }]);
}

function ask(visit: Visit, phase: Phase, effect: (work: number) => Effect): Step {
  const work = visit.work + 1;
  return { visit: { ...visit, phase, work }, effects: [effect(work)] };
}

function to(visit: Visit, phase: Phase, effects: readonly Effect[] = []): Step {
  return { visit: { ...visit, phase }, effects };
}

function still(visit: Visit): Step {
  return { visit, effects: [] };
}

function refused(visit: Visit, why: NotNow): Step {
  return { visit, effects: [], refused: why };
}
