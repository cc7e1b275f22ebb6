/** What the machine offers: a C++ compiler, a GPU, a way to install what is missing. */
import { run } from './processes.mjs';
import { which } from './files.mjs';

/** The C++ compiler: `CXX`, c++, g++ or clang++, the first on PATH; undefined if there is none. */
export function findCompiler(env = process.env) {
  const names = [env.CXX, 'c++', 'g++', 'clang++'].filter(Boolean);
  return names.map((name) => which(name, env)).find(Boolean);
}

/** Chromium or a browser made from it: `CONVLAB_CHROMIUM`, or the first on PATH; undefined if there is none. */
export function findChromium(env = process.env) {
  const names = [env.CONVLAB_CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].filter(Boolean);
  return names.map((name) => which(name, env)).find(Boolean);
}

/** The first GPU that nvidia-smi reports, by name; undefined if there is none. */
export async function findGpu(env = process.env) {
  const tool = which('nvidia-smi', env);
  if (!tool) return undefined;
  const { code, stdout } = await run(tool, ['-L'], { env, timeout: 20_000 });
  return code === 0 ? /^GPU \d+: ([^(\n]+)/m.exec(stdout)?.[1].trim() : undefined;
}

/** True where the native engine can be built: TensorFlow's wheels bring the C++ library for these. */
export function hasNativeEngine(platform = process.platform, arch = process.arch) {
  return platform === 'linux' && (arch === 'x64' || arch === 'arm64');
}

const INSTALL = {
  'apt-get': { python: 'sudo apt-get install python3 python3-venv', compiler: 'sudo apt-get install g++' },
  dnf: { python: 'sudo dnf install python3.12', compiler: 'sudo dnf install gcc-c++' },
  pacman: { python: 'sudo pacman -S python', compiler: 'sudo pacman -S gcc' },
  zypper: { python: 'sudo zypper install python312', compiler: 'sudo zypper install gcc-c++' },
  brew: { python: 'brew install python@3.12', compiler: 'xcode-select --install' },
};
const ELSEWHERE = {
  python: 'install Python 3.12 from https://www.python.org/downloads/',
  compiler: 'install a C++17 compiler (g++ or clang++)',
};

/** The command that installs `what` on this machine, in words where no package manager is known. */
export function installCommand(what, env = process.env) {
  const manager = Object.keys(INSTALL).find((name) => which(name, env));
  return manager ? INSTALL[manager][what] : ELSEWHERE[what];
}
