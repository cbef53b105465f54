package main

import (
	"os"

	"github.com/slidexec/slidexec/render/picture"
	"github.com/slidexec/slidexec/render/present/tty"
)

// protocols are the words of presenterm's configuration for how pictures are shown. Its two ways of kitty and of
// iTerm2 differ in how the terminal gets them, and slidexec has only one that works everywhere.
var protocols = map[string]picture.Protocol{
	"kitty-local": picture.Kitty, "kitty-remote": picture.Kitty, "iterm2": picture.ITerm, "iterm2-multipart": picture.ITerm,
	"sixel": picture.Sixel, "ascii-blocks": picture.Blocks,
}

// pictured returns what is known about pictures in the terminal before it says anything.
func (j *presentJob) pictured(kind tty.Kind) *picture.Terminal {
	wanted, _ := picture.Parse(j.pictures) // check has found no mistake in it
	return &picture.Terminal{Program: picture.Program(os.Getenv), Multiplexer: kind.Multiplexer, Colours: kind.Colours, Wanted: wanted}
}
