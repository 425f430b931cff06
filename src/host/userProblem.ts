/** Something the user can mend: the message is a sentence for them, not a defect for the log. */
export class UserProblem extends Error {
  override readonly name = "UserProblem";
}
