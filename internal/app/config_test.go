package app

import "testing"

func TestMailsNeedAnAddressThatPeopleCanOpen(t *testing.T) {
	for _, c := range []struct {
		addr, smtp, public string
		refused            bool
	}{
		{"127.0.0.1:8080", "smtp://m", "", false}, {"localhost:8080", "smtp://m", "", false}, {"[::1]:8080", "smtp://m", "", false},
		{":8080", "smtp://m", "", true}, {"0.0.0.0:8080", "smtp://m", "", true}, {"[::]:8080", "smtp://m", "", true},
		{"octavo.example:8080", "smtp://m", "", true}, {"10.0.0.7:8080", "smtp://m", "", true},
		{":8080", "", "", false}, {":8080", "smtp://m", "https://octavo.example", false},
	} {
		err := ServeConfig{Addr: c.addr, PublicURL: c.public}.Check(Config{SMTPURL: c.smtp})
		if (err != nil) != c.refused {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
