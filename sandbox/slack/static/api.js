// The page's seam with the twin: read the state, act, hear of changes.

const TIMEOUT_MS = 15_000;

const WORDS = {
  operation_timeout: "The app did not answer in time. Try again.",
  dispatch_failed: "The app could not be reached. Try again when it is running and Slack is up.",
  not_in_channel: "You are not in this channel.",
  message_not_found: "This message is gone.",
  not_found: "This form is gone.",
  thread_not_found: "This thread is gone.",
  invalid_response_errors: "The app answered with errors for fields that this form does not have.",
};

/** Null when the workspace knows nobody by this id. */
export async function fetchState(user) {
  const answer = await fetch(
    `/ui/state?user=${encodeURIComponent(user)}`,
    { signal: AbortSignal.timeout(TIMEOUT_MS) },
  );
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`the workspace answered ${answer.status}`);
  return answer.json();
}

/** Does one thing as this person; always resolves to {ok} or {ok: false, error}. */
export function act(user, action) {
  return post("/ui/act", { user, ...action });
}

/** Takes Slack down for the app, or brings it back; answers as `act` does. */
export function setDown(down) {
  return post(down ? "/ui/down" : "/ui/up", {});
}

async function post(path, said) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(said),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = await answer.json();
    return body.ok ? body : { ok: false, word: body.error, error: sentence(body.error, answer.status) };
  } catch {
    return { ok: false, error: "The workspace does not answer. Is it still running?" };
  }
}

function sentence(word, status) {
  if (Object.hasOwn(WORDS, word ?? "")) return WORDS[word];
  return word ? `That did not work: ${word}.` : `The workspace answered ${status}.`;
}

/** Calls `changed` at every change this person can see and `connected` with true or false. */
export function listen(user, { changed, connected }) {
  const source = new EventSource(`/ui/events?user=${encodeURIComponent(user)}`);
  source.addEventListener("open", () => {
    connected(true);
    changed();
  });
  source.addEventListener("message", () => changed());
  source.addEventListener("error", () => connected(false));
  return () => source.close();
}
