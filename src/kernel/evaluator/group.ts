/** Ends this process, which leads its group, and with it whatever cells have started. */
export function endOwnGroup(): void {
  process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
}

/** As Ctrl-C in a terminal: programs that the cell has started end, and a cell that waits for one goes on. */
export function interruptOwnGroup(): void {
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGINT');
}
