/** A group of the agency that gets a new client. */
export interface ChosenGroup {
  id: string
  name: string
  /** The group of all people of the agency. */
  everybody: boolean
}
