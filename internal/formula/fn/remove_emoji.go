package fn

import (
	"octavo/internal/formula/emoji"
	"octavo/internal/formula/value"
)

var removeEmojiFunc = Func{
	Name: "REMOVE_EMOJI", Group: TextGroup,
	Params: []Param{{Name: "text", Kind: Text}},
	Doc:    "Removes emoji with their skin tones, joiners and variation selectors; digits of keycaps and signs such as © stay.",
	Examples: []Example{
		{`REMOVE_EMOJI("Done ✅")`, "Done "},
		{`REMOVE_EMOJI("👩‍💻 Ada, 1️⃣ of 2")`, " Ada, 1 of 2"},
		{`REMOVE_EMOJI(@Note)`, "ok, ∅, late, ∅, OK, 12"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.texts(emoji.Remove) },
}
