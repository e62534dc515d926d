package fold

import "testing"

func TestText(t *testing.T) {
	for in, want := range map[string]string{" Ärger ": "ärger", "ＡＢＣ": "abc", "ﬁne": "fine", "": "", "A\u030A": "å"} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLike(t *testing.T) {
	if got, want := Like("50%_Off!"), "%50!%!_off!!%"; got != want {
		t.Errorf("Like = %q, want %q", got, want)
	}
	if got := Like(" "); got != "%%" {
		t.Errorf("Like of a blank = %q", got)
	}
}
