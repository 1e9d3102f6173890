/** A reason not to start that a person can act on: its message is shown as it stands, without a stack. */
export class Refusal extends Error {
  override name = 'Refusal';
}
