/** Jupyter counts Unicode code points, JavaScript counts UTF-16 units: the offset in units of code point `cursor`. */
export function utf16Offset(text: string, cursor: number): number {
  let offset = 0;
  for (let i = 0; i < cursor && offset < text.length; i++)
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  return offset;
}

/** How many code points stand before `offset`. */
export function codePoints(text: string, offset: number): number {
  return Array.from(text.slice(0, offset)).length;
}
