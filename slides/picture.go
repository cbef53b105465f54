package slides

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	_ "image/gif" // these formats' headers give a picture's size
	_ "image/jpeg"
	_ "image/png"
	"strconv"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/pattern"
)

// Picture describes a picture by its bytes.
type Picture struct {
	Type          string // media type: one of a list, never a name from a deck or program
	Width, Height int    // pixels, 0 if unknown
}

// formats recognise pictures by their beginnings, where a dot stands for any byte, and check for
// the end: programs and copies break off, and half a picture is no picture.
var formats = []struct {
	begins, mime, name string
	whole              func([]byte) bool
}{
	{"\x89PNG\r\n\x1a\n", "image/png", "PNG", wholePNG},
	{"\xff\xd8\xff", "image/jpeg", "JPEG", wholeJPEG},
	{"GIF87a", "image/gif", "GIF", wholeGIF},
	{"GIF89a", "image/gif", "GIF", wholeGIF},
	{"RIFF....WEBP", "image/webp", "WebP", wholeWebP},
	{"....ftypavif", "image/avif", "AVIF", wholeAVIF},
}

// IsPicture reports whether data begins as one of the pictures that programs may draw.
func IsPicture(data []byte) bool {
	for _, f := range formats {
		if begins(data, f.begins) {
			return true
		}
	}
	return false
}

func begins(data []byte, with string) bool {
	if len(data) < len(with) {
		return false
	}
	for i := range len(with) {
		if with[i] != '.' && data[i] != with[i] {
			return false
		}
	}
	return true
}

// ParsePicture describes a picture. It accepts SVG, too, which as a picture runs no script and
// loads nothing. The error says what data is instead: "part of a picture (PNG): the end is
// missing".
func ParsePicture(data []byte) (Picture, error) {
	for _, f := range formats {
		if !begins(data, f.begins) {
			continue
		}
		p := Picture{Type: f.mime}
		if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
			p.Width, p.Height = c.Width, c.Height
		}
		if !f.whole(data) {
			return p, errors.New("part of a picture (" + f.name + "): the end is missing")
		}
		return p, nil
	}
	head := data[:min(len(data), svgHead)]
	if !svgTag().Match(head) {
		return Picture{}, errors.New("not a picture that browsers show (PNG, JPEG, GIF, WebP, AVIF, SVG)")
	}
	p := Picture{Type: svgType}
	if m := svgWidth().FindSubmatch(head); m != nil {
		f, _ := strconv.ParseFloat(string(m[1])+string(m[2]), 64)
		p.Width = int(f)
	}
	return p, nil
}

// svgHead is how far into a file its svg element has to begin.
const svgHead = 4096

const svgType = "image/svg+xml"

// MaxPicture is the largest size of a picture, in bytes.
const MaxPicture = 20 << 20

var errTooLarge = errors.New("larger than the 20 MiB that a page takes")

// Picture reads a picture of a deck and describes it. Errors give only the reason; the caller adds
// the file's name.
func (f *File) Picture() ([]byte, Picture, error) {
	data, err := f.Read(MaxPicture)
	if errors.Is(err, files.ErrTooLarge) || len(data) > MaxPicture {
		return nil, Picture{}, errTooLarge
	}
	if err != nil {
		return nil, Picture{}, err
	}
	p, err := ParsePicture(data)
	return data, p, err
}

// NoPictures returns the problems of files that the deck shows as pictures. Parsing checks that
// they exist; NoPictures reads them, which takes time.
func (d *Deck) NoPictures() Diags {
	var out Diags
	wrong := map[*File]error{}
	for _, s := range d.Slides {
		Walk(s.Blocks, func(b Block) {
			im, ok := b.(*Image)
			if !ok || im.File == nil {
				return
			}
			err, known := wrong[im.File]
			if !known {
				_, _, err = im.File.Picture()
				wrong[im.File] = err
			}
			if err != nil {
				out = append(out, Diag{Pos: im.At.Pos, Len: im.At.End - im.At.Off, Msg: "picture " + im.File.Name + ": " + err.Error()})
			}
		})
	}
	return out
}

var (
	svgTag   = pattern.New(`(?s)^\x{FEFF}?\s*(?:<\?xml.*?\?>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]`)
	svgWidth = pattern.New(`(?s)<svg[^>]*?\s(?:width\s*=\s*["']([0-9.]+)(?:px)?["']|viewBox\s*=\s*["']\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+([0-9.]+))`)
)

// wholePNG looks for the last chunk, IEND.
func wholePNG(data []byte) bool {
	for at := int64(8); at+12 <= int64(len(data)); {
		if string(data[at+4:at+8]) == "IEND" {
			return true
		}
		at += 12 + int64(binary.BigEndian.Uint32(data[at:]))
	}
	return false
}

// wholeJPEG looks for the end of the image behind the segments before it, which may hold a thumbnail.
func wholeJPEG(data []byte) bool {
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		switch marker := data[at+1]; {
		case marker == 0xff: // padding
			at++
		case marker == 0xda: // the image itself, in which a marker cannot occur by accident
			return bytes.Contains(data[at:], []byte{0xff, 0xd9})
		default:
			at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		}
	}
	return false
}

func wholeGIF(data []byte) bool {
	return bytes.HasSuffix(bytes.TrimRight(data, "\x00\r\n"), []byte(";"))
}

func wholeWebP(data []byte) bool {
	return int64(len(data)) >= 8+int64(binary.LittleEndian.Uint32(data[4:]))
}

// wholeAVIF checks the boxes of the file. A size of 0 means the rest; a size of 1 means that 64
// bits follow.
func wholeAVIF(data []byte) bool {
	for len(data) >= 8 {
		size := uint64(binary.BigEndian.Uint32(data))
		if size == 1 && len(data) >= 16 {
			size = binary.BigEndian.Uint64(data[8:])
		}
		switch {
		case size == 0:
			return true
		case size < 8 || size > uint64(len(data)):
			return false
		}
		data = data[size:]
	}
	return len(data) == 0
}
