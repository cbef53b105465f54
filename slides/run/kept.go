package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run/store"
)

// open finds a place for kept results. If there is none, they are kept until Close.
func (r *Runner) open() error {
	dir, err := r.o.CacheDir, error(nil)
	if dir == "" {
		dir, err = store.DefaultDir()
	}
	if err == nil {
		r.store, err = store.Open(dir)
	}
	if err == nil {
		err = r.openDomain()
	}
	if err == nil {
		return nil
	}
	under := ""
	if e, ok := errors.AsType[*store.ReadOnlyError](err); ok {
		under = e.Dir
	}
	r.warn("slidexec keeps no results: " + err.Error())
	if r.store != nil {
		_ = r.store.Close()
	}
	if r.store, err = store.OpenTemp(under); err != nil {
		return err
	}
	return r.openDomain()
}

// openDomain opens the kept results of decks in this folder. If results must not be looked up, it
// opens a new domain, which has none.
func (r *Runner) openDomain() error {
	id := store.Identity{Name: r.o.Content}
	if r.o.Dir != "" {
		found, err := store.Identify(r.o.Dir)
		if err != nil {
			found = store.Identity{} // programs do not see it either: openFolder says why
		}
		id = found
	}
	if r.domainID = id.ID(); r.o.NoCache {
		id = store.Identity{}
	}
	var err error
	r.domain, err = r.store.Domain(context.Background(), id, r.o.Deck)
	return err
}

// entry is a stored result. Its key detects a file that was put under another name.
type entry struct {
	Key    string
	Result slides.Result
}

// kept returns the result stored under a key, if there is one.
func (r *Runner) kept(key string) (slides.Result, bool) {
	var e entry
	body, ok := r.domain.Result(key)
	if !ok || json.Unmarshal(body, &e) != nil || e.Key != key {
		return slides.Result{}, false
	}
	e.Result.Origin = slides.Cached
	return e.Result, true
}

// keep stores a result.
func (r *Runner) keep(key string, res slides.Result) error {
	body, err := json.Marshal(entry{key, res})
	if err != nil {
		return fmt.Errorf("encode result: %w", err)
	}
	return r.domain.PutResult(key, body)
}
