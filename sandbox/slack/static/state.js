// What the page knows: the twin's last state, where the person is, and what they have not sent yet.
import { act, fetchState, listen } from "./api.js";

export const HOME = "home";
export const FIRST_PERSON = "U1";

export class Store {
  constructor({ user, channel, render }) {
    this.user = user;
    this.channel = channel;
    this.thread = null;
    this.world = null;
    this.online = true;
    this.drafts = new Map();
    this.seen = new Map();
    this.render = render;
    this.reading = null;
    this.readAgain = false;
    this.deaf = () => {};
  }

  connect() {
    this.deaf();
    this.deaf = listen(this.user, {
      changed: () => this.refresh(),
      connected: (online) => this.put({ online }),
    });
  }

  put(change) {
    Object.assign(this, change);
    this.render();
  }

  become(user) {
    this.put({ user, world: null, thread: null });
    this.connect();
    if (this.channel === HOME) this.act({ type: "home" });
    return this.refresh();
  }

  /** One read at a time; changes heard meanwhile are one more read. */
  refresh() {
    this.readAgain = true;
    this.reading ??= this.readUntilQuiet().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  async readUntilQuiet() {
    while (this.readAgain) {
      this.readAgain = false;
      const user = this.user;
      try {
        const world = await fetchState(user);
        if (user !== this.user) continue;
        if (world) this.arrive(world);
        else if (user !== FIRST_PERSON) this.become(FIRST_PERSON);
      } catch {
        this.put({ online: false });
      }
    }
  }

  arrive(world) {
    const known = world.channels.some((channel) => channel.id === this.channel);
    if (!known && this.channel !== HOME) this.channel = world.channels[0]?.id ?? HOME;
    this.forgetClosedForms(world);
    this.put({ world, online: true });
  }

  async act(action) {
    const answer = await act(this.user, action);
    await this.refresh();
    return answer;
  }

  /** What somebody picked or typed is theirs: the next person at this page does not see it. */
  draft(key) {
    return this.drafts.get(`${this.user} ${key}`);
  }

  remember(key, value) {
    this.drafts.set(`${this.user} ${key}`, value);
  }

  forget(prefix) {
    const theirs = `${this.user} ${prefix}`;
    for (const key of [...this.drafts.keys()]) if (key.startsWith(theirs)) this.drafts.delete(key);
  }

  see(channel) {
    const last = this.world.messages[channel]?.at(-1)?.ts;
    if (last) this.seen.set(`${this.user} ${channel}`, Number.parseFloat(last));
  }

  /** The newest message seen in a channel; whatever stood there at the first look counts as seen. */
  lastSeen(channel) {
    const key = `${this.user} ${channel}`;
    if (!this.seen.has(key)) this.seen.set(key, Number.parseFloat(this.world.messages[channel]?.at(-1)?.ts ?? 0));
    return this.seen.get(key);
  }

  forgetClosedForms(world) {
    if (this.world?.view && !world.view) this.forget("form ");
  }

  /** How ids read in text: mrkdwn asks this. */
  names() {
    const world = this.world;
    const find = (list, id) => (list ?? []).find((item) => item.id === id);
    return {
      me: this.user,
      user: (id) => displayName(find(world.users, id)),
      channel: (id) => find(world.channels, id)?.name,
      group: (id) => find(world.usergroups, id)?.handle,
    };
  }
}

export function displayName(user) {
  return user ? user.real_name || user.name : undefined;
}

/** Direct messages with the app are channels whose id says so. */
export function isDirect(channel) {
  return channel.id.startsWith("D");
}

export function messagesOf(world, channel) {
  return inOrder([...(world.messages[channel] ?? []), ...whispersOf(world, channel, null)]);
}

export function repliesOf(world, channel, thread) {
  const replies = (world.threads[thread] ?? []).filter((message) => message.ts !== thread);
  return inOrder([...replies, ...whispersOf(world, channel, thread)]);
}

function whispersOf(world, channel, thread) {
  const mine = (whisper) => whisper.channel === channel && (whisper.thread_ts ?? null) === thread;
  return world.whispers.filter(mine).map((whisper) => ({ ...whisper, whisper: whisper.id }));
}

function inOrder(messages) {
  return messages.sort((a, b) => Number.parseFloat(a.ts) - Number.parseFloat(b.ts));
}
