package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"

	"octavo/internal/app"
	"octavo/internal/demo"
	"octavo/web"
)

// serveCommand runs the server until it is told to stop.
type serveCommand struct {
	app.Config
	app.ServeConfig
}

func (c *serveCommand) Run(ctx context.Context) error {
	if err := c.Check(c.Config); err != nil {
		return err
	}
	a, err := open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	build, err := fs.Sub(web.Build, "build")
	if err != nil {
		return err
	}
	a.Version = buildVersion()
	if err := a.Handle(c.ServeConfig, build); err != nil {
		return err
	}
	l, err := listen(c.Addr)
	if err != nil {
		return err
	}
	private, err := c.listenPrivate()
	if err != nil {
		return errors.Join(err, l.Close())
	}
	a.ReachedAt(c.url(l.Addr().String()))
	people, err := c.firstStart(ctx, a)
	if err != nil {
		return errors.Join(err, l.Close(), closeIf(private))
	}
	if err := a.Report(ctx, c.ServeConfig, l.Addr().String(), addressOf(private)); err != nil {
		return errors.Join(err, l.Close(), closeIf(private))
	}
	c.greet(l.Addr().String(), people)
	return serveBoth(ctx, a, l, private)
}

// listenPrivate takes the address for metrics; nil when there is none.
func (c *serveCommand) listenPrivate() (net.Listener, error) {
	if c.MetricsAddr == "" {
		return nil, nil
	}
	return app.ListenPrivate(c.MetricsAddr)
}

// addressOf is where a listener is, "" when there is none.
func addressOf(l net.Listener) string {
	if l == nil {
		return ""
	}
	return l.Addr().String()
}

func closeIf(l net.Listener) error {
	if l == nil {
		return nil
	}
	return l.Close()
}

// serveBoth answers on both listeners until ctx ends or one of them fails; private may be nil.
func serveBoth(ctx context.Context, a *app.App, public, private net.Listener) error {
	if private == nil {
		return a.Serve(ctx, public)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		defer stop()
		ended <- a.ServePrivate(ctx, private)
	}()
	err := a.Serve(ctx, public)
	stop()
	return errors.Join(err, <-ended)
}

// listen takes the address.
func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is taken by another program; choose another address with --addr", address)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	return l, nil
}

// firstStart makes the demo when it was asked for and is not there.
func (c *serveCommand) firstStart(ctx context.Context, a *app.App) ([]demo.Login, error) {
	if !c.Demo {
		return nil, nil
	}
	state, err := a.Demo().State(ctx)
	if err != nil || state == demo.Removed {
		return nil, err
	}
	if state == demo.None {
		fmt.Fprintln(os.Stderr, "Making the demo agency Northlight …")
		if err := a.Demo().Create(ctx); err != nil {
			return nil, err
		}
	}
	return a.Demo().Logins(ctx)
}

// url is where people reach the server that listens on an address.
func (c *serveCommand) url(address string) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return "http://" + address
}

// greet says where the server is and how to get in.
func (c *serveCommand) greet(address string, people []demo.Login) {
	fmt.Printf("\nOctavo is running at %s\n", c.url(address))
	if len(people) == 0 {
		fmt.Printf("The first person is made with: octavo user create --agency NAME --email ADDRESS --password-stdin --data %s\n", c.Data)
		return
	}
	fmt.Println("\nSign in as")
	for _, p := range people {
		fmt.Printf("  %-30s %-26s %s\n", p.Email, p.Password, p.What)
	}
	fmt.Println("\nStop with Ctrl+C. Data stays in", c.Data)
}

// demoCommand makes the demo in an installation that runs without it.
type demoCommand struct {
	app.Config
}

func (c *demoCommand) Run(ctx context.Context) error {
	a, err := open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	state, err := a.Demo().State(ctx)
	if err != nil {
		return err
	}
	switch state {
	case demo.Made:
		fmt.Println("The demo is there already.")
		return nil
	case demo.Removed:
		return errors.New("the demo of this installation was removed; make another with a data folder of its own")
	}
	if err := a.Demo().Create(ctx); err != nil {
		return err
	}
	people, err := a.Demo().Logins(ctx)
	if err != nil {
		return err
	}
	for _, p := range people {
		fmt.Printf("%-30s %-26s %s\n", p.Email, p.Password, p.What)
	}
	return nil
}
