package credential

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"octavo/internal/fetch"
	"octavo/internal/id"
)

const (
	maxTickets  = 500              // that are kept; further ones serve one reading each
	signOutTime = 10 * time.Second // for one sign-out, whatever became of the reading
)

// tickets keeps what lets in to services, where connected accounts allow that, for further readings: sealed, in memory, under
// the key of the secret, so that a new secret has none. Safe for concurrent use.
type tickets struct {
	seal cipher.AEAD // by a key that this process alone has

	behind sync.WaitGroup // sign-outs that nobody waits for

	mu     sync.Mutex // guards what follows
	places map[string]*spot
	closed bool
}

// ticketsOf begins the keys of all secrets that a credential has had.
func ticketsOf(owner id.Account, cred id.Credential) string {
	return fmt.Sprintf("%d/%s/", owner, cred)
}

// forget keeps the tickets of a credential no longer, whose secret is another now or is gone, and signs out of them meanwhile.
func (k *tickets) forget(prefix string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for key, at := range k.places {
		if kept := at.kept; kept != nil && !k.closed && strings.HasPrefix(key, prefix) {
			k.behind.Go(func() { k.drop(context.Background(), kept, 0) })
		}
	}
}

// spot is where the ticket of one secret is kept.
type spot struct {
	turn chan struct{} // of who signs in: one at a time
	here int           // who waits for the turn, or has it
	kept *keptTicket   // nil = there is none
}

// keptTicket is one that several readings use.
type keptTicket struct {
	key    string
	client *fetch.Client
	sealed []byte
	shown  *tls.Certificate // presented where it is signed out; nil = none
	users  int
	over   bool // the last who uses it signs out
	timer  *time.Timer
}

// lent is a ticket as one reading has it.
type lent struct {
	ticket
	client *fetch.Client
	kept   *keptTicket // nil = it is the reading's own
}

func newTickets() *tickets {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	block, err := aes.NewCipher(key)
	if err != nil { // never: the key has its length
		panic(err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil { // never, as above
		panic(err)
	}
	return &tickets{seal: seal, places: map[string]*spot{}}
}

// take gives the ticket that is kept for a key, and signs in where there is none: once for all who want it. With no ttl each
// has one of their own.
func (k *tickets) take(ctx context.Context, key string, ttl time.Duration, client *fetch.Client, signIn func(context.Context) (*ticket, error)) (*lent, error) {
	if ttl <= 0 {
		return own(ctx, client, signIn)
	}
	at := k.enter(key)
	defer k.exit(key, at)
	select {
	case at.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-at.turn }()
	if there, err := k.lend(at); there != nil || err != nil {
		return there, err
	}
	got, err := own(ctx, client, signIn)
	if err != nil {
		return nil, err
	}
	return got, k.keep(key, at, got, ttl)
}

func own(ctx context.Context, client *fetch.Client, signIn func(context.Context) (*ticket, error)) (*lent, error) {
	t, err := signIn(ctx)
	if err != nil {
		return nil, err
	}
	return &lent{ticket: *t, client: client}, nil
}

func (k *tickets) enter(key string) *spot {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := k.places[key]
	if at == nil {
		at = &spot{turn: make(chan struct{}, 1)}
		k.places[key] = at
	}
	at.here++
	return at
}

func (k *tickets) exit(key string, at *spot) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at.here--
	k.tidy(key)
}

// tidy forgets a place that nobody is at; the lock is held.
func (k *tickets) tidy(key string) {
	if at := k.places[key]; at != nil && at.here == 0 && at.kept == nil {
		delete(k.places, key)
	}
}

// lend gives what is kept; nil = nothing is.
func (k *tickets) lend(at *spot) (*lent, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if at.kept == nil {
		return nil, nil
	}
	t, err := k.open(at.kept)
	if err != nil {
		return nil, err
	}
	at.kept.users++
	return &lent{ticket: t, client: at.kept.client, kept: at.kept}, nil
}

// keep keeps a ticket for as long as it serves, where there is room.
func (k *tickets) keep(key string, at *spot, got *lent, ttl time.Duration) error {
	text, err := json.Marshal(got.ticket)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed || len(k.places) > maxTickets {
		return nil
	}
	got.kept = &keptTicket{key: key, client: got.client, sealed: k.seal.Seal(nil, nil, text, []byte(key)), shown: got.shown, users: 1}
	at.kept = got.kept
	got.kept.timer = time.AfterFunc(ttl, func() { k.drop(context.Background(), got.kept, 0) })
	return nil
}

func (k *tickets) open(kept *keptTicket) (t ticket, err error) {
	text, err := k.seal.Open(nil, nil, kept.sealed, []byte(kept.key))
	if err != nil {
		return t, err
	}
	t.shown = kept.shown
	if json.Unmarshal(text, &t) != nil { // what the library says may quote it
		return t, errors.New("credential: a kept ticket of an unknown form")
	}
	return t, nil
}

// leave ends the use of a ticket: one that is not kept, or that was refused and has no other user, is signed out.
func (k *tickets) leave(ctx context.Context, l *lent, refused bool) {
	switch {
	case l.kept == nil:
		l.signOut(ctx)
	case refused:
		k.drop(ctx, l.kept, 1)
	default:
		k.mu.Lock()
		l.kept.users--
		last := l.kept.over && l.kept.users == 0
		k.mu.Unlock()
		if last {
			l.signOut(ctx)
		}
	}
}

// drop keeps a ticket no longer, after some users have left.
func (k *tickets) drop(ctx context.Context, kept *keptTicket, left int) {
	k.mu.Lock()
	if at := k.places[kept.key]; at != nil && at.kept == kept {
		at.kept = nil
		k.tidy(kept.key)
	}
	kept.timer.Stop()
	kept.users -= left
	last := kept.users == 0 && (!kept.over || left > 0)
	kept.over = true
	t, err := k.open(kept)
	k.mu.Unlock()
	if last && err == nil {
		(&lent{ticket: t, client: kept.client}).signOut(ctx)
	}
}

// close signs out of what is kept; what comes later is kept no more.
func (k *tickets) close() {
	k.mu.Lock()
	k.closed = true
	var all []*keptTicket
	for _, at := range k.places {
		if at.kept != nil {
			all = append(all, at.kept)
		}
	}
	k.mu.Unlock()
	var wait sync.WaitGroup
	for _, kept := range all {
		wait.Go(func() { k.drop(context.Background(), kept, 0) })
	}
	wait.Wait()
	k.behind.Wait()
}

// signOut ends a session at its service. What the service makes of that changes nothing for the reading, so it is not told.
func (t *lent) signOut(ctx context.Context) {
	if t.Out == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), signOutTime)
	defer cancel()
	r := *t.Out
	r.Certificate = t.shown
	resp, err := t.client.Do(ctx, r)
	if err == nil {
		_ = resp.Body.Close() // nothing of it is wanted
	}
}
