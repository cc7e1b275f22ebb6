type Method = (...args: never[]) => unknown;

/** Puts a method in the place of another; `original` calls the one replaced, on the same object. */
export type Wrapper<M extends Method> = (
  original: (...args: Parameters<M>) => ReturnType<M>,
  self: object,
) => (...args: Parameters<M>) => ReturnType<M>;

type AsMethod<T> = T extends Method ? T : never;

/** Methods replaced for a while. */
export class Interceptions {
  readonly #undo: (() => void)[] = [];

  /** Replace the method `name` of an object, or of all objects of a prototype. */
  add<T extends object, K extends keyof T>(target: T, name: K, wrap: Wrapper<AsMethod<T[K]>>): void {
    const own = Object.getOwnPropertyDescriptor(target, name);
    const replaced = target[name] as Method;
    const value = function (this: object, ...args: never[]): unknown {
      return (wrap as Wrapper<Method>)((...inner) => replaced.apply(this, inner), this)(...args);
    };
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
    this.#undo.push(() => {
      if (own) Object.defineProperty(target, name, own);
      else Reflect.deleteProperty(target, name);
    });
  }

  /** Call `notice` with the arguments of each call of a method; what it throws, the method's caller gets. */
  before<T extends object, K extends keyof T>(
    target: T,
    name: K,
    notice: (...args: Parameters<AsMethod<T[K]>>) => unknown,
  ): void {
    this.add(target, name, (original) => (...args) => {
      notice(...args);
      return original(...args);
    });
  }

  /** Put everything back. */
  undo(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo.length = 0;
  }
}
