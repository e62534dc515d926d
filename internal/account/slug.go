package account

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"octavo/internal/errs"
)

// maxSlug is the length of an account's address: it must fit a label of a domain name.
const maxSlug = 63

// reserved are first segments that the web application and the API use themselves (ux.md §3).
var reserved = []string{
	"setup", "sign-in", "sign-out", "invite", "reset", "published", "tv", "embed", "oauth", "users", "server",
	"api", "assets", "healthz", "readyz", "metrics", "me", "functions", "new", "import",
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// CheckSlug refuses what cannot be an address. Codes bad_slug, slug_reserved.
func CheckSlug(slug string) error {
	if len(slug) < 2 || len(slug) > maxSlug || !slugForm.MatchString(slug) {
		return errs.Newf(errs.Invalid, "bad_slug", "An address has 2 to %d small letters, digits and single hyphens between them.", maxSlug).WithField("slug")
	}
	if slices.Contains(reserved, slug) {
		return errs.New(errs.Invalid, "slug_reserved", "This address is used by Octavo itself. Choose another.").WithField("slug")
	}
	return nil
}

// letters that do not fall apart into a plain letter and a mark.
var plainLetters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ı", "i")

// ProposeSlug makes an address of a name that people see: "Café Zürich & Co." gives
// "cafe-zurich-co". A name without usable letters gives "account".
func ProposeSlug(display string) string {
	var sb strings.Builder
	for _, r := range norm.NFKD.String(plainLetters.Replace(strings.ToLower(display))) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			sb.WriteRune(r)
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
		case sb.Len() > 0 && !strings.HasSuffix(sb.String(), "-"):
			sb.WriteByte('-')
		}
	}
	slug := sb.String()
	slug = strings.Trim(slug[:min(len(slug), maxSlug-8)], "-") // room for a number behind it
	if len(slug) < 2 {
		return "account"
	}
	return slug
}

// freeSlug gives the first of slug, slug-2, slug-3 … that is neither taken nor reserved.
func freeSlug(slug string, taken map[string]bool) string {
	try := slug
	for n := 2; taken[try] || CheckSlug(try) != nil; n++ {
		try = slug + "-" + strconv.Itoa(n)
	}
	return try
}

// slugTaken is the answer to an address that another account has.
func slugTaken(proposal string) error {
	return errs.Newf(errs.Conflict, "slug_taken", "That address is taken. Try %s.", proposal).
		WithField("slug").WithParams(map[string]any{"proposal": proposal})
}
