package emoji_test

import (
	"testing"

	"octavo/internal/formula/emoji"
)

func TestRemove(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"one", "Done ✅", "Done "},
		{"ascii", "a #1 * 2", "a #1 * 2"},
		{"skin tone", "ok 👍🏽!", "ok !"},
		{"family joined", "👨‍👩‍👧 home", " home"},
		{"joined sign", "🏳️‍🌈x👩‍⚕️y", "xy"},
		{"flag", "🇫🇷 Paris", " Paris"},
		{"flag by tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 London", " London"},
		{"keycaps", "1️⃣ #️⃣ 2⃣", "1 # 2"},
		{"picture by selector", "I ❤️ ☀", "I  "},
		{"text form", "❤︎x", "x"},
		{"signs stay", "Acme™ © 2024 ↔ ® ▪ ▶", "Acme™ © 2024 ↔ ® ▪ ▶"},
		{"signs as pictures", "©️ ™️x▶️", " x"},
		{"of later versions", "🫨🪿", ""},
		{"letters with joiners", "\u0915\u094d\u200d\u0937 \u0645\u06cc\u200c\u062e", "\u0915\u094d\u200d\u0937 \u0645\u06cc\u200c\u062e"},
		{"accents", "é e\u0301 ü ß 漢字", "é e\u0301 ü ß 漢字"},
		{"broken bytes stay", "a\xffb😀", "a\xffb"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := emoji.Remove(c.text); got != c.want {
				t.Errorf("%q became %q, want %q", c.text, got, c.want)
			}
		})
	}
}
