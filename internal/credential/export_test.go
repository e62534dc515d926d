package credential

// Answer answers a challenge for tests.
func Answer(line, user, password, method, uri, cnonce string) (string, bool) {
	c, ok := readChallenge(line)
	if !ok {
		return "", false
	}
	return c.answer(user, password, method, uri, cnonce), true
}
