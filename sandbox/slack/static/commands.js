// What the composer suggests after "/": the app's own commands, and the words that follow them.

// The words people use most, so that a visitor need not know them; the app itself answers `help` in full.
const WORDS = [
  ["", "Open incidents, what needs you, every verb"],
  ["help", "Every verb, or one in detail"],
  ["status", "How the components are, who is on call"],
  ["incident list", "The open incidents"],
  ["incident declare ", "Declare an incident by hand", '"what is broken"'],
  ["incident ack ", "Acknowledge an incident", "INC-1"],
  ["incident note ", "Write on its timeline", 'INC-1 "what you saw"'],
  ["incident resolve ", "Resolve it by hand", "INC-1"],
  ["escalate ", "Bring in the next level", "INC-1"],
  ["timeline ", "What happened, in order", "INC-1"],
  ["silence ", "Silence an alert for a while", 'ALERT 2h "why"'],
  ["oncall", "Who is on call"],
];
const MOST = 8;

/** Suggestions for what is typed so far: [{text, usage, note}], none once there is nothing to add. */
export function suggestions(app, typed) {
  if (!typed.startsWith("/") || typed.includes("\n")) return [];
  const all = app.commands.flatMap((command) => {
    const root = typeof command === "string" ? command : command.command;
    const about = typeof command === "string" ? null : command.description;
    return WORDS.map(([words, note, usage]) => {
      const text = words ? `${root} ${words}` : root;
      return { text, usage, note: (!words && about) || note };
    });
  });
  const low = typed.toLowerCase();
  const fitting = all.filter(({ text }) => text.toLowerCase().startsWith(low) && text.trim() !== typed.trim());
  return fitting.slice(0, MOST);
}
