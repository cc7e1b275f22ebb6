/**
 * The judge's process: `node dist/grade/remote/judge.js < request > reply`, both JSON.
 *
 * `{ ask: [{ check, cases }] }` gives a list of inputs for each; `{ judge: [{ check, cases, given }] }` gives a verdict
 * for each.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { ready } from '../../engine/index';
import { checks, type CheckName } from '../checks/index';
import { GradeError, Wrong } from '../errors';
import type { CaseSet } from '../expected';
import { carriers } from './carriers';

interface Question {
  check: CheckName;
  cases: CaseSet;
}

interface Request {
  ask?: Question[];
  judge?: (Question & { given: unknown })[];
}

interface Verdict {
  right: boolean;
  message: string;
}

/** Answers are a stranger's: whatever an error is, it is in them. */
async function judge({ check, cases, given }: Question & { given: unknown }): Promise<Verdict> {
  try {
    return { right: true, message: `${check}: ${checks[check](await carriers[check].take(given), cases)}` };
  } catch (error) {
    const finding =
      error instanceof Wrong
        ? error.finding
        : {
            summary: `the answers cannot be judged: ${error instanceof Error ? error.message : String(error)}`,
          };
    return { right: false, message: new GradeError(check, finding).message };
  }
}

async function main(): Promise<void> {
  const request = JSON.parse(readFileSync(0, 'utf8')) as Request;
  if (request.ask) {
    const inputs = request.ask.map(({ check, cases }) =>
      Object.hasOwn(carriers, check) ? carriers[check].inputs(cases) : null,
    );
    writeFileSync(1, JSON.stringify(inputs));
    return;
  }
  await ready();
  const verdicts: Verdict[] = [];
  for (const each of request.judge ?? []) verdicts.push(await judge(each));
  writeFileSync(1, JSON.stringify(verdicts));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
