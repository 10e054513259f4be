import { createClient } from "redis";

/** A publishing and a subscribing connection of the `redis` package. */
export async function connectPair(url: string) {
  const publisher = createClient({ url });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  return {
    publisher,
    subscriber,
    disconnect: async () => {
      await Promise.all([publisher.close(), subscriber.close()]);
    },
  };
}
