//go:build !unix

package tty

import (
	"errors"
	"os"
	"time"

	"github.com/slidexec/slidexec/render/present/input"
)

// Terminals of these systems have another interface, which is not written. Open says so.

type modes struct{}

func (m modes) raw() modes { return m }

type reader struct{ answered, ended chan struct{} }

func (r *reader) stop() {}

type guard struct{}

func (g *guard) dismiss() {}

func (g *guard) undo(string) {}

func getModes(*os.File) (modes, error)        { return modes{}, errors.ErrUnsupported }
func setModes(*os.File, modes) error          { return errors.ErrUnsupported }
func sizeOf(*os.File) (input.Size, error)     { return input.Size{}, errors.ErrUnsupported }
func writeSome(*os.File, []byte) (int, error) { return 0, errors.ErrUnsupported }
func dropOutput(*os.File)                     {}
func (t *Terminal) read() (*reader, error)    { return nil, errors.ErrUnsupported }
func (t *Terminal) watch() (stop func())      { return func() {} }
func (t *Terminal) stopSelf()                 {}
func (t *Terminal) startGuard(string) *guard  { return nil }

func startPump(*os.File, func() time.Duration, func([]byte), func(error)) (*reader, error) {
	return nil, errors.ErrUnsupported
}
