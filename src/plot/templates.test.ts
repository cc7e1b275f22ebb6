import { describe, expect, it } from 'vitest';
import { $display } from './display';
import { html, md, svg } from './templates';

describe('templates', () => {
  it('escape what they are given', () => {
    expect(html`<b title="${'"x"'}">${'<i>&'}</b>`.text).toBe('<b title="&#34;x&#34;">&#60;i&#62;&#38;</b>');
    expect(svg`<text>${'</text><script>'}</text>`.text).not.toContain('<script>');
    expect(md`**${'*a* [b](c) <d>'}**`.text).toBe('**\\*a\\* \\[b\\]\\(c\\) \\<d\\>**');
  });

  it('keep markup of their own kind, and lists of it', () => {
    const rows = ['a', '<'].map((cell) => html`<td>${cell}</td>`);
    expect(html`<tr>${rows}</tr>`.text).toBe('<tr><td>a</td><td>&#60;</td></tr>');
    expect(html`${md`*x*`}`.text).toBe('*x*');
  });

  it('show themselves', () => {
    expect(svg`<svg/>`[$display]()).toEqual({ 'image/svg+xml': '<svg/>', 'text/plain': '<svg/>' });
  });

  it('read escapes as JavaScript does', () => {
    expect(md`a\nb`.text).toBe('a\nb');
  });
});
