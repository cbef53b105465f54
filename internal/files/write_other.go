//go:build !unix

package files

import (
	"errors"
	"io/fs"
)

// place needs folders that can be held open while a name is walked.
type place struct{ there bool }

func (Target) find() (*place, error) { return nil, errors.ErrUnsupported }

func (*place) path() string                      { return "" }
func (*place) close()                            {}
func (*place) stream() bool                      { return false }
func (*place) holds([]byte) bool                 { return false }
func (*place) pour([]byte) error                 { return errors.ErrUnsupported }
func (*place) overwrite([]byte) error            { return errors.ErrUnsupported }
func (*place) replace([]byte, fs.FileMode) error { return errors.ErrUnsupported }
