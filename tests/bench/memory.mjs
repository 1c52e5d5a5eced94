// What a page and its engine hold in memory.

/**
 * Returns, in bytes: the engine's linear memory (`wasm`), the objects of its worker beside it (`workerHeap`) and those of the page
 * (`pageHeap`), the last two after a collection.
 */
export async function engineMemory(page) {
  const [worker] = page.workers();
  // The module is there already; to start it again hands out what the first start made.
  const wasm = await worker.evaluate(async () => {
    const program = await import(new URL("engine.js", location.href).href);
    return (await program.default()).memory.buffer.byteLength;
  });
  const session = await page.context().newCDPSession(page);
  const heaps = [];
  const attached = [];
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type === "worker") attached.push(sessionId);
  });
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  for (const sessionId of attached) {
    const ask = (id, method) =>
      new Promise((answered) => {
        const hear = (event) => {
          const message = event.sessionId === sessionId && JSON.parse(event.message);
          if (message.id !== id) return;
          session.off("Target.receivedMessageFromTarget", hear);
          answered(message.result);
        };
        session.on("Target.receivedMessageFromTarget", hear);
        session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method }) });
      });
    await ask(1, "HeapProfiler.collectGarbage");
    heaps.push((await ask(2, "Runtime.getHeapUsage")).usedSize);
  }
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize: pageHeap } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return { wasm, workerHeap: heaps.reduce((all, bytes) => all + bytes, 0), pageHeap };
}
