import { instance, type Viz } from '@viz-js/viz';
import type { Block, Row } from './blocks';

/** A point, in pixels from the top left. */
export type Point = readonly [number, number];

/** A layer's box. */
export interface Box {
  row: Row;
  left: number;
  top: number;
  width: number;
}

/** A curve of Bézier pieces (a start, then three points a piece) and the tip of its arrow. */
export interface Arrow {
  curve: Point[];
  tip: Point;
}

/** Where everything goes. */
export interface Drawing {
  width: number;
  height: number;
  title: string;
  boxes: Box[];
  arrows: Arrow[];
}

/** Sizes in pixels. */
export const SIZES = { row: 24, gap: 12, pad: 8, margin: 16, title: 44 } as const;

/** Graphviz counts 72 points to the inch, and takes sizes in inches. */
const POINTS = 72;

/** As wide as either picture's lettering gets. */
const LETTER = 8.6;

let graphviz: Promise<Viz> | undefined;

/** What Graphviz's JSON tells of places: points as `x,y`, curves as `e,tip start control control end …`. */
interface Placed {
  bb: string;
  objects?: { pos: string }[];
  edges?: { pos: string; tail: number; head: number }[];
}

/** The width of a box with its name, class and shape. */
export function widthOf({ name, type, shape }: Row): number {
  return Math.ceil((name.length + type.length + shape.length + 4) * LETTER) + 2 * SIZES.pad;
}

function heightOf({ rows }: Block): number {
  return rows.length * SIZES.row + (rows.length - 1) * SIZES.gap;
}

function point(text: string): Point {
  const [x, y] = text.split(',').map(Number);
  return [x + SIZES.margin, y + SIZES.margin + SIZES.title];
}

/**
 * Places for blocks and arrows, by Graphviz's `dot`: data flows downwards and arrows go around boxes.
 */
export async function layOut(blocks: readonly Block[], title: string): Promise<Drawing> {
  const widths = blocks.map(({ rows }) => Math.max(...rows.map(widthOf)));
  const graph = {
    graphAttributes: { nodesep: 0.4, ranksep: 0.35 },
    nodeAttributes: { shape: 'box', fixedsize: true, label: '' },
    nodes: blocks.map((block, i) => ({
      name: String(i),
      attributes: { width: widths[i] / POINTS, height: heightOf(block) / POINTS },
    })),
    edges: blocks.flatMap(({ next }, i) => next.map((to) => ({ tail: String(i), head: String(to) }))),
  };
  const placed = (await (graphviz ??= instance())).renderJSON(graph, { yInvert: true }) as Placed;
  const [left, bottom, right, top] = placed.bb.split(',').map(Number);
  const [width, height] = [right - left, Math.abs(bottom - top)];
  const boxes = blocks.flatMap((block, i) => boxesOf(block, point(placed.objects![i].pos), widths[i]));
  const arrows = (placed.edges ?? []).map(({ pos }) => {
    const [tip, ...curve] = pos.split(' ').map((text) => point(text.replace('e,', '')));
    return { curve, tip };
  });
  return {
    width: Math.ceil(Math.max(width, title.length * LETTER) + 2 * SIZES.margin),
    height: Math.ceil(height + 2 * SIZES.margin + SIZES.title),
    title,
    boxes,
    arrows: [...arrows, ...blocks.flatMap((block, i) => linksOf(block, point(placed.objects![i].pos)))],
  };
}

function topOf(block: Block, [, middle]: Point, place: number): number {
  return middle - heightOf(block) / 2 + place * (SIZES.row + SIZES.gap);
}

function boxesOf(block: Block, centre: Point, width: number): Box[] {
  return block.rows.map((row, i) => ({
    row,
    left: centre[0] - width / 2,
    top: topOf(block, centre, i),
    width,
  }));
}

/** The short arrows between the boxes of a block. */
function linksOf(block: Block, centre: Point): Arrow[] {
  const [x] = centre;
  return block.rows.slice(1).map((_, i) => {
    const tip = topOf(block, centre, i + 1);
    const start: Point = [x, tip - SIZES.gap];
    const base: Point = [x, tip - 7];
    return { curve: [start, start, base, base], tip: [x, tip] };
  });
}
