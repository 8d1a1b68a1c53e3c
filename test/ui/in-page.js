// Runs in a page under test, before its own scripts: what is to be seen only from inside. It is plain
// JavaScript for a browser, so that the rest of the tests need not know a browser's types.
let tones = 0;
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (...when) {
  tones += 1;
  start.apply(this, when);
};

document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  console.error(`content security policy: ${violatedDirective} ${blockedURI}`);
});

globalThis.inPage = {
  /** How many tones were sounded so far. */
  tones: () => tones,

  /** The texts of which something lies outside the screen. */
  cutOff: () =>
    [...document.querySelectorAll('main p')]
      .filter((paragraph) => {
        const range = document.createRange();
        range.selectNodeContents(paragraph);
        const { top, left, bottom, right } = range.getBoundingClientRect();
        return top < 0 || left < 0 || bottom > innerHeight || right > innerWidth;
      })
      .map(({ textContent }) => textContent),

  /** How the first element of a selector moves, and how it is drawn. */
  drawn: (selector) => {
    const { animationName, borderTopStyle, backgroundImage } = getComputedStyle(
      document.querySelector(selector),
    );
    return { animationName, look: `${borderTopStyle} ${backgroundImage}` };
  },

  /** What can be pressed and is smaller than 44 pixels either way; what stands for it may be its label. */
  smallTargets: () =>
    [...document.querySelectorAll('button, select, summary, input:not(.unseen), label.button')]
      .map((element) => (element.matches('[type=checkbox]') ? element.closest('label') : element))
      .map((element) => ({ box: element.getBoundingClientRect(), name: element.textContent || element.id }))
      .filter(({ box }) => box.width > 0 && (box.width < 44 || box.height < 44))
      .map(({ name, box }) => `${name.trim()}: ${box.width} × ${box.height}`),

  /** All that stays where the page is left: its address, its history, what the browser keeps for it. */
  kept: () =>
    JSON.stringify([
      location.href,
      history.length,
      history.state,
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
    ]),

  /** The elements that reach past either side of the window, where nothing scrolls. */
  cutOffSideways: () =>
    [...document.querySelectorAll('main *, header *')]
      .filter((element) => element.closest('.unseen, svg') === null)
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.left < -1 || box.right > innerWidth + 1))
      .map(({ element, box }) => `${element.tagName} ${element.className}: ${box.left} to ${box.right}`),

  /** By how many pixels the page is wider than the window. */
  sideways: () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
};
