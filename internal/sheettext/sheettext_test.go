package sheettext

import "testing"

func TestHarmlessTextsComeBack(t *testing.T) {
	t.Parallel()
	for in, out := range map[string]string{
		"plain": "plain", "": "", "=1+1": "'=1+1", "+49": "'+49", "-x": "'-x", "@a": "'@a", "\tx": "'\tx",
		"'quoted": "'quoted", "'=1": "''=1", "''=1": "'''=1", "'": "'",
	} {
		if got := Harmless(in); got != out {
			t.Errorf("Harmless(%q) = %q, want %q", in, got, out)
		}
		if back := Plain(Harmless(in)); back != in {
			t.Errorf("%q comes back as %q", in, back)
		}
	}
}
