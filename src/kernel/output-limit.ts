/** The most characters that one cell may print: more would stop the page that shows them, and fill the notebook. */
export const MAX_CHARACTERS = 10_000_000;

/** Cuts what a cell prints when it is too much, with a word about it. */
export class OutputLimit {
  private left = MAX_CHARACTERS;

  /** A new cell begins. */
  reset(): void {
    this.left = MAX_CHARACTERS;
  }

  /** What of a text is still shown; where the limit is passed, the text ends by saying so, and no more follows. */
  take(text: string): string {
    if (this.left < 0) return '';
    const shown = text.slice(0, this.left);
    this.left -= text.length;
    return this.left < 0 ? `${shown}${word()}` : shown;
  }
}

// Not before it is asked for: the first number written so takes longer than all else that the kernel loads.
function word(): string {
  const most = MAX_CHARACTERS.toLocaleString('en-US');
  return `\n[Cut here: a cell shows at most ${most} characters. Write more to a file.]\n`;
}
