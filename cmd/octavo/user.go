package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"octavo/internal/account"
	"octavo/internal/app"
	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/setting"
	"octavo/internal/user"
)

// userCommands are about people.
type userCommands struct {
	Create  createUser  `cmd:"" help:"Make an administrator of an agency, and the agency when it is new."`
	Support supportUser `cmd:"" help:"Make a link by which you enter an account that has let the operator in (Settings, Security)."`
}

// createUser makes the first person of an agency, without a browser.
type createUser struct {
	app.Config
	Agency        string `help:"Name or address of the agency; made when there is none of it." required:""`
	Email         string `help:"E-mail address that the person signs in with." required:""`
	Name          string `help:"Name of the person. Default: the e-mail address up to the @."`
	PasswordStdin bool   `help:"Read the password from standard input." required:""`
	APIKey        bool   `help:"Make an API key as well." name:"api-key"`
}

// created is what is printed, as JSON.
type created struct {
	Account string `json:"account"` // its address
	User    string `json:"user"`
	Email   string `json:"email"`
	APIKey  string `json:"api_key,omitempty"`
}

func (c *createUser) Run(ctx context.Context) error {
	password, err := readPassword(os.Stdin)
	if err != nil {
		return err
	}
	if err := c.check(password); err != nil {
		return err
	}
	a, err := open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	used, err := a.Users.EmailInUse(ctx, c.Email)
	if err != nil {
		return err
	}
	if used { // before an agency is made for nobody
		return errs.New(errs.Conflict, "email_in_use", "This e-mail address is in use.")
	}
	agency, err := c.agency(ctx, a)
	if err != nil {
		return err
	}
	name := c.Name
	if name == "" {
		name, _, _ = strings.Cut(c.Email, "@")
	}
	p, err := a.Users.Create(ctx, agency.Operator(), user.Draft{Name: name, Email: c.Email, Password: password, Roles: []authz.Role{authz.Admin}})
	if err != nil {
		return err
	}
	out := created{Account: agency.Slug, User: string(p.ID), Email: p.Email}
	if c.APIKey {
		actor := agency.Operator()
		actor.User, actor.Name, actor.Owner = p.ID, p.Name, p.ID
		if _, out.APIKey, err = a.Users.CreateKey(ctx, actor, "Made on the server"); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// check refuses what the person cannot be made of, before an agency is made for nothing.
func (c *createUser) check(password string) error {
	c.Email = strings.TrimSpace(c.Email)
	if err := user.CheckEmail(c.Email); err != nil {
		return err
	}
	return user.CheckPassword(setting.FactorySecurity().Password, password, c.Email)
}

// agency finds the agency by address or makes it.
func (c *createUser) agency(ctx context.Context, a *app.App) (*account.Account, error) {
	for _, slug := range []string{c.Agency, account.ProposeSlug(c.Agency)} {
		found, err := a.Accounts.BySlug(ctx, slug)
		if err == nil && !found.IsParent() {
			return nil, fmt.Errorf("%s is a client; its people are added inside it", c.Agency)
		}
		if err == nil || errs.KindOf(err) != errs.NotFound {
			return found, err
		}
	}
	return a.Accounts.CreateParent(ctx, account.Draft{Name: c.Agency})
}

// supportUser makes a link for the operator.
type supportUser struct {
	app.Config
	PublicURL string `help:"Address that people type, for the link: https://…" env:"OCTAVO_PUBLIC_URL" placeholder:"URL"`
	Account   string `help:"Address of the account." required:""`
	Name      string `help:"Who enters; the account reads it in its activity." required:""`
}

// supportLink is what is printed, as JSON.
type supportLink struct {
	Link string    `json:"link"` // good once, for a quarter of an hour
	Ends time.Time `json:"ends"` // of the session
}

func (c *supportUser) Run(ctx context.Context) error {
	a, err := open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	if c.PublicURL != "" {
		a.ReachedAt(c.PublicURL)
	}
	entered, err := a.Accounts.BySlug(ctx, c.Account)
	if err != nil {
		return err
	}
	link, ends, err := a.Users.OpenSupport(ctx, entered, c.Name)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(supportLink{Link: link, Ends: ends})
}

// maxPasswordBytes is more than any password has.
const maxPasswordBytes = 4096

func readPassword(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxPasswordBytes))
	if err != nil {
		return "", err
	}
	password := strings.TrimRight(string(b), "\r\n")
	if password == "" {
		return "", errors.New("no password on standard input")
	}
	return password, nil
}
