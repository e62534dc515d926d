package mail

import (
	"bytes"
	_ "embed"
	"fmt"
	html "html/template"
	"strings"
	plain "text/template"
	"unicode"
)

// Letter is what a mail says. One form in two dresses, text and HTML, for all kinds of mail.
type Letter struct {
	Kind    string // "invitation", "password_reset" …
	About   string // ids of whom and what, as one text; a newer letter of one kind about the same withdraws the older
	To      string // address
	Sender  string // name that it comes from: what the receiver may see of the account
	Subject string
	Lines   []string // paragraphs before the button
	Button  Button   // no label: none
	Small   []string // paragraphs after it
}

// Button is a link.
type Button struct{ Label, URL string }

//go:embed letter.txt
var plainForm string

//go:embed letter.html
var htmlForm string

var (
	plainLetter = plain.Must(plain.New("letter.txt").Parse(plainForm))
	htmlLetter  = html.Must(html.New("letter.html").Parse(htmlForm))
)

// write puts the letter into its two dresses.
func (l Letter) write() (text, page string, err error) {
	var t, h bytes.Buffer
	if err := plainLetter.Execute(&t, l); err != nil {
		return "", "", fmt.Errorf("mail: %w", err)
	}
	if err := htmlLetter.Execute(&h, l); err != nil {
		return "", "", fmt.Errorf("mail: %w", err)
	}
	return t.String(), h.String(), nil
}

// oneLine makes a text fit for a header: names of accounts may hold line breaks.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
