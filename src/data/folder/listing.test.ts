import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError } from '../errors';
import { classRoot, listPictures } from './listing';

let root: string;
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'convlab-listing-')), 'pets');
  mkdirSync(root);
});
afterEach(() => rmSync(dirname(root), { recursive: true }));

function put(...files: string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
}

/** What is thrown, by name and message. */
function failure(classes?: string[]): string {
  try {
    listPictures(root, classes);
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as Error).message;
  }
  return 'none';
}

describe('listPictures', () => {
  it(`lists in the order of Keras' image_dataset_from_directory`, () => {
    put(
      'cat/10.png',
      'cat/9.JPG',
      'cat/b/1.png',
      'cat/a/2.png',
      'cat/notes.txt',
      'Zebra/x.jpeg',
      'ant/é.png',
      'ant/z.png',
    );
    put('.hidden/a.png', '__MACOSX/a.png', 'readme.md');
    const { classNames, pictures } = listPictures(root);
    expect(classNames).toEqual(['Zebra', 'ant', 'cat']);
    expect(pictures.map(({ name, label }) => `${label} ${name}`)).toEqual([
      '0 Zebra/x.jpeg',
      '1 ant/z.png',
      '1 ant/é.png',
      '2 cat/10.png',
      '2 cat/9.JPG',
      '2 cat/a/2.png',
      '2 cat/b/1.png',
    ]);
  });

  it('takes the classes in the order that is asked for', () => {
    put('a/1.png', 'b/1.png', 'c/1.png');
    const { classNames, pictures } = listPictures(root, ['c', 'a']);
    expect(classNames).toEqual(['c', 'a']);
    expect(pictures.map(({ name, label }) => [name, label])).toEqual([
      ['c/1.png', 0],
      ['a/1.png', 1],
    ]);
  });

  it('follows a link that stays in the folder', () => {
    put('a/1.png', 'b/1.png');
    symlinkSync(join(root, 'a', '1.png'), join(root, 'b', '2.png'));
    expect(listPictures(root).pictures.map(({ name }) => name)).toEqual(['a/1.png', 'b/1.png', 'b/2.png']);
  });

  it('steps down to where the classes are', () => {
    put('Files/data/happy/1.png', 'Files/data/sad/1.png', '__MACOSX/x');
    expect(classRoot(root)).toBe(join(root, 'Files', 'data'));
    expect(classRoot(join(root, 'Files', 'data', 'happy'))).toBe(join(root, 'Files', 'data', 'happy'));
  });

  it('refuses a class without pictures', () => {
    put('cats/1.png', 'dogs/list.txt');
    expect(failure()).toBe(
      'pets/dogs: expected PNG or JPEG pictures, found none. Put some there, or leave the class out with `classes`.',
    );
  });

  it('refuses one class', () => {
    put('cats/1.png', '2.png');
    expect(failure()).toBe(
      'pets: expected a folder of pictures for each of two or more classes, found "cats". ' +
        'Put the pictures of each class into a folder of its own, and give the folder that holds these.',
    );
  });

  it('refuses a class that is not there', () => {
    put('cats/1.png', 'dogs/1.png');
    expect(failure(['cats', 'birds'])).toBe(
      'pets: expected the class folders "birds", found "cats", "dogs".',
    );
  });

  it('refuses links that lead out of the folder, and links to nothing', () => {
    put('cats/1.png', 'dogs/1.png');
    writeFileSync(join(dirname(root), 'secret.png'), '');
    symlinkSync(join(dirname(root), 'secret.png'), join(root, 'dogs', '2.png'));
    expect(failure()).toBe(
      'pets/dogs/2.png: expected a picture or a folder, found a link that leads out of the folder. Put the file itself there.',
    );
    rmSync(join(root, 'dogs', '2.png'));
    symlinkSync(dirname(root), join(root, 'others'));
    expect(failure()).toMatch(/^pets\/others: .* found a link that leads out of the folder/);
    rmSync(join(root, 'others'));
    symlinkSync(join(root, 'nowhere'), join(root, 'cats', '0.png'));
    expect(failure()).toMatch(/^pets\/cats\/0\.png: .* found a link to nothing/);
  });

  it('refuses what is no folder', () => {
    put('file');
    expect(() => listPictures(join(root, 'file'))).toThrow(/file: expected a folder, found something else/);
    expect(() => listPictures(join(root, 'none'))).toThrow(
      /expected a folder of pictures \(none\), but there is none/,
    );
  });
});
