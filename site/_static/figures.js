/**
 * Makes the pages' figures interactive: plotly.js is fetched once, from beside this file, when the first figure comes
 * near the screen. Without scripts the still pictures stay.
 */
(() => {
  const folder = document.currentScript.src.replace(/[^/]*$/, '');
  const NARROW = 560;
  // the light colours of convlab's figures (src/plot/theme.ts), and what stands for them on a dark page
  const DARK = {
    '#ffffff': '#14181e',
    '#1f2933': '#e4e7eb',
    '#e4e7eb': '#3e4c59',
    '#616e7c': '#9aa5b1',
    '#0072b2': '#4aa8de',
    'rgba(255,255,255,0.85)': 'rgba(20,24,30,0.85)',
  };

  const isDark = () => document.documentElement.dataset.theme === 'dark';

  let library;
  function plotly() {
    library ??= new Promise((done, fail) => {
      const script = document.createElement('script');
      script.src = `${folder}plotly.min.js`;
      script.onload = () => done(globalThis.Plotly);
      script.onerror = () => fail(new Error('plotly.js could not be read'));
      document.head.append(script);
    });
    return library;
  }

  /** The same value with each light colour replaced; numbers and long lists of them pass untouched. */
  function darkened(value) {
    if (typeof value === 'string') return DARK[value] ?? value;
    if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map(darkened);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, darkened(inner)]));
  }

  /** Breaks a title into lines that fit; lengths are estimated from the size of its letters. */
  function wrapped(title, width) {
    const letters = width / 8;
    const lines = [''];
    for (const word of title.split(' ')) {
      if (lines.at(-1).length + word.length > letters && lines.at(-1)) lines.push('');
      lines[lines.length - 1] += `${lines.at(-1) && ' '}${word}`;
    }
    return lines.join('<br>');
  }

  /** The layout for a small screen: smaller letters and margins. */
  function narrowed(layout, width) {
    const { title, margin, font } = layout;
    const small = { ...layout, font: { ...font, size: 11 }, margin: { ...margin, l: 52, r: 12 } };
    if (margin?.l === 0) small.margin = margin;
    if (title?.text)
      small.title = { ...title, text: wrapped(title.text, width), font: { ...title.font, size: 14 } };
    return small;
  }

  /** Pictures side by side keep their proportions: what they need in height follows from the width. */
  function heightFor({ height = 440, xaxis, yaxis }, width, ratio) {
    const isPicture = xaxis?.scaleanchor ?? yaxis?.scaleanchor;
    return isPicture ? Math.min(height, Math.round(width * ratio) + 40) : height;
  }

  function layoutFor({ layout }, width, ratio) {
    const { width: _, ...rest } = layout;
    const sized = { ...rest, autosize: true, height: heightFor(layout, width, ratio) };
    const fitted = width < NARROW ? narrowed(sized, width) : sized;
    if (!isDark()) return fitted;
    const axis = { color: '#9aa5b1', gridcolor: '#3e4c59' };
    const dark = darkened(fitted);
    if (!dark.scene) return dark;
    const axes = ['xaxis', 'yaxis', 'zaxis'].map((name) => [name, { ...axis, ...dark.scene[name] }]);
    return { ...dark, scene: { ...dark.scene, ...Object.fromEntries(axes) } };
  }

  async function ratioOf(still) {
    await still.decode?.().catch(() => {});
    return still.naturalWidth ? still.naturalHeight / still.naturalWidth : 0.6;
  }

  function newPlace() {
    const place = document.createElement('div');
    place.className = 'plotly-place';
    return place;
  }

  async function draw(figure) {
    const spec = JSON.parse(figure.querySelector('script').textContent);
    const { react } = await plotly();
    const still = figure.querySelector('img, p');
    figure.dataset.ratio ??= await ratioOf(still);
    const theme = isDark() ? 'dark' : 'light';
    const place = figure.querySelector('.plotly-place') ?? figure.insertBefore(newPlace(), still);
    const data = isDark() ? darkened(spec.data) : spec.data;
    await react(place, data, layoutFor(spec, figure.clientWidth, Number(figure.dataset.ratio)), spec.config);
    still?.remove();
    figure.dataset.interactive = theme;
  }

  const seen = new Set();
  const queue = (figure) => draw(figure).catch((error) => console.error(error));
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || seen.has(target)) continue;
        seen.add(target);
        void queue(target);
      }
    },
    { rootMargin: '600px' },
  );
  for (const figure of document.querySelectorAll('.plotly-figure')) watcher.observe(figure);
  // what scrolls sideways can be reached by the keyboard
  for (const formula of document.querySelectorAll('.formula'))
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
  const redraw = () => seen.forEach(queue);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ['data-theme'] });
})();
