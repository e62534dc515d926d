package sql

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
	"time"

	"octavo/internal/fetch"
)

const (
	// PerServer is how many statements run at a time on one server.
	PerServer = 2

	idleTime = time.Minute // after which a connection that nobody uses is closed
)

// Pools keep connections for the next query of the same login. Safe for concurrent use;
// Close ends them.
type Pools struct {
	client *fetch.Client
	idle   time.Duration

	mu      sync.Mutex // guards what follows
	pools   map[string]*pool
	servers map[string]*server
}

// pool is what one login has open.
type pool struct {
	door
	users int
	end   *time.Timer // closes it; nil while it is used
}

// server is one host and port.
type server struct {
	turns chan struct{}
	users int // who have a turn or wait for one
}

// NewPools makes pools that connect by the rules of client alone, each login only to its own server.
func NewPools(client *fetch.Client) *Pools {
	return &Pools{client: client, idle: idleTime, pools: map[string]*pool{}, servers: map[string]*server{}}
}

// Server names the server that a login is of, and the way to it.
func (l Login) Server() string {
	return l.Tunnel.address() + " " + net.JoinHostPort(l.Host, strconv.Itoa(l.Port))
}

// take waits for a turn on the server of a login and gives what it has open. done gives both back.
func (p *Pools) take(ctx context.Context, e *engine, l Login) (at door, done func(), err error) {
	leave, err := p.turn(ctx, l.Server())
	if err != nil {
		return nil, nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	own, there := p.pools[l.Key]
	if !there {
		at, err := p.open(e, l)
		if err != nil {
			leave()
			return nil, nil, err
		}
		own = &pool{door: at}
		p.pools[l.Key] = own
	}
	own.users++
	if own.end != nil {
		own.end.Stop()
		own.end = nil
	}
	return own.door, func() { p.giveBack(l.Key, own); leave() }, nil
}

func (p *Pools) open(e *engine, l Login) (door, error) {
	safe, err := l.tls()
	if err != nil {
		return nil, err
	}
	way := p.client
	var through *tunnel
	if l.Tunnel.Host != "" {
		through = &tunnel{Tunnel: l.Tunnel, way: p.client.Only(l.Tunnel.Host, l.Tunnel.Port, nil)}
		way = fetch.Over(through.dial)
	}
	at, err := e.open(l, way.Only(l.Host, l.Port, safe))
	if d, ok := at.(*driven); ok {
		d.SetMaxOpenConns(2 * PerServer) // turns bound the statements; each may need a second connection that ends it
		d.SetConnMaxIdleTime(p.idle)
	}
	if err == nil && through != nil {
		at = &tunnelled{at, through}
	}
	return at, err
}

// giveBack has a pool closed when nobody uses it for a while.
func (p *Pools) giveBack(key string, own *pool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if own.users--; own.users > 0 || p.pools[key] != own {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(p.idle, func() {
		p.mu.Lock()
		ended := own.end == timer && p.pools[key] == own
		if ended {
			delete(p.pools, key)
		}
		p.mu.Unlock()
		if ended {
			_ = own.door.Close() // nobody uses it
		}
	})
	own.end = timer
}

// turn waits until fewer than PerServer statements run on a server.
func (p *Pools) turn(ctx context.Context, address string) (leave func(), err error) {
	p.mu.Lock()
	s, there := p.servers[address]
	if !there {
		s = &server{turns: make(chan struct{}, PerServer)}
		p.servers[address] = s
	}
	s.users++
	p.mu.Unlock()
	gone := func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if s.users--; s.users == 0 {
			delete(p.servers, address)
		}
	}
	select {
	case s.turns <- struct{}{}:
		return func() { <-s.turns; gone() }, nil
	case <-ctx.Done():
		gone()
		return nil, ctx.Err()
	}
}

// Close closes all connections.
func (p *Pools) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var failed []error
	for key, own := range p.pools {
		if own.end != nil {
			own.end.Stop()
		}
		failed = append(failed, own.door.Close())
		delete(p.pools, key)
	}
	return errors.Join(failed...)
}
