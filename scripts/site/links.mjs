/** Follows the links inside a folder of HTML pages, without a network. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { exists, walk } from '../lib/files.mjs';

const LINK = /<[a-z]+\s[^>]*?\b(?:href|src)="([^"]*)"/g;
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;
const ENTITIES = { '&amp;': '&', '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>' };

/**
 * @param {string} folder
 * @returns {{ pages: number, links: number, broken: string[] }} `broken` as 'page: link'; links to elsewhere are left out
 */
export function brokenLinks(folder) {
  // themes leave templates of theirs in _static
  const isPage = (path) => path.endsWith('.html') && !relative(folder, path).startsWith('_static');
  const pages = walk(folder).filter(isPage);
  const anchors = new Map();
  const broken = [];
  let links = 0;
  for (const page of pages) {
    for (const link of new Set(linksOf(page))) {
      if (ELSEWHERE.test(link)) continue;
      links += 1;
      if (!leads(link, page, anchors)) broken.push(`${relative(folder, page)}: ${link}`);
    }
  }
  return { pages: pages.length, links, broken };
}

function linksOf(page) {
  // what stands in scripts is no link
  const html = readFileSync(page, 'utf8').replace(/(<script\b[^>]*>)[\s\S]*?<\/script>/g, '$1');
  return [...html.matchAll(LINK)].map(([, link]) =>
    link.replace(/&(?:amp|quot|#39|lt|gt);/g, (e) => ENTITIES[e]),
  );
}

function leads(link, page, anchors) {
  const [address, anchor] = link.split('#');
  const path = decodeURIComponent(address.split('?')[0]);
  let target = path ? resolve(dirname(page), path) : page;
  if (!exists(target)) return false;
  if (statSync(target).isDirectory()) target = join(target, 'index.html');
  if (!anchor) return exists(target);
  if (!anchors.has(target)) anchors.set(target, idsOf(target));
  return anchors.get(target).has(decodeURIComponent(anchor));
}

function idsOf(page) {
  return new Set([...readFileSync(page, 'utf8').matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, id]) => id));
}
