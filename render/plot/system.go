package plot

import (
	"encoding/binary"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode"

	"github.com/carlos7ags/folio/font"

	"github.com/slidexec/slidexec/internal/files"
)

// Limits on looking for a character among the fonts of a machine.
const (
	mostFiles  = 4000     // names that are looked at
	mostOpened = 48       // fonts that are opened for one talk
	mostBytes  = 40 << 20 // of one font
	deepest    = 6        // folders within a folder of fonts
)

// system has the fonts of this machine. It looks for them when a talk needs one.
type system struct {
	paths  []string // nil: not looked for yet
	opened map[string]*face
	left   int // fonts that may still be opened
}

// folders returns where systems keep their fonts.
func folders() []string {
	home, _ := os.UserHomeDir()
	switch runtime.GOOS {
	case "darwin":
		return []string{"/System/Library/Fonts", "/Library/Fonts", filepath.Join(home, "Library/Fonts")}
	case "windows":
		return []string{filepath.Join(os.Getenv("WINDIR"), "Fonts")}
	}
	list := []string{filepath.Join(home, ".local/share/fonts"), filepath.Join(home, ".fonts"), "/usr/local/share/fonts", "/usr/share/fonts"}
	for _, dir := range filepath.SplitList(os.Getenv("XDG_DATA_DIRS")) {
		if filepath.IsAbs(dir) {
			list = append(list, filepath.Join(dir, "fonts"))
		}
	}
	return list
}

// script is a kind of characters, and the fonts that draw them well, by the beginnings of their names.
// Advice is the one to install.
type script struct {
	name   string
	tables []*unicode.RangeTable
	fonts  []string
	advice string
	joins  bool // its letters change with their neighbours, which is not drawn here
}

// scripts are those that the Go fonts lack, the more particular first.
var scripts = []script{
	{"Japanese", []*unicode.RangeTable{unicode.Hiragana, unicode.Katakana}, []string{"NotoSansCJK-", "NotoSansCJKjp", "NotoSansJP", "wqy-", "DroidSansFallback", "ipag", "TakaoGothic", "Hiragino", "msgothic"}, "Noto Sans CJK", false},
	{"Korean", []*unicode.RangeTable{unicode.Hangul}, []string{"NotoSansCJK-", "NotoSansKR", "wqy-", "DroidSansFallback", "NanumGothic", "AppleSDGothicNeo", "malgun"}, "Noto Sans CJK", false},
	{"Chinese", []*unicode.RangeTable{unicode.Han, unicode.Bopomofo, fullWidth}, []string{"NotoSansCJK-", "NotoSansSC", "wqy-", "DroidSansFallback", "PingFang", "msyh"}, "Noto Sans CJK", false},
	{"Arabic", []*unicode.RangeTable{unicode.Arabic}, []string{"NotoSansArabic", "NotoNaskhArabic", "DejaVuSans"}, "Noto Sans Arabic", true},
	{"Hebrew", []*unicode.RangeTable{unicode.Hebrew}, []string{"NotoSansHebrew", "DejaVuSans", "LiberationSans-"}, "Noto Sans Hebrew", false},
	{"Devanagari", []*unicode.RangeTable{unicode.Devanagari}, []string{"NotoSansDevanagari", "Lohit-Devanagari"}, "Noto Sans Devanagari", true},
	{"Indic letters", []*unicode.RangeTable{unicode.Bengali, unicode.Gujarati, unicode.Gurmukhi, unicode.Kannada, unicode.Malayalam, unicode.Oriya,
		unicode.Sinhala, unicode.Tamil, unicode.Telugu}, []string{"NotoSans", "Lohit"}, "the Noto Sans of the language", true},
	{"Khmer", []*unicode.RangeTable{unicode.Khmer}, []string{"NotoSansKhmer", "KhmerOS"}, "Noto Sans Khmer", true},
	{"Burmese", []*unicode.RangeTable{unicode.Myanmar}, []string{"NotoSansMyanmar", "Padauk"}, "Noto Sans Myanmar", true},
	{"Thai", []*unicode.RangeTable{unicode.Thai}, []string{"NotoSansThai", "Garuda"}, "Noto Sans Thai", false},
	{"Georgian", []*unicode.RangeTable{unicode.Georgian}, []string{"NotoSansGeorgian", "DejaVuSans"}, "Noto Sans Georgian", false},
	{"Armenian", []*unicode.RangeTable{unicode.Armenian}, []string{"NotoSansArmenian", "DejaVuSans"}, "Noto Sans Armenian", false},
	{"emoji", []*unicode.RangeTable{emoji}, []string{"NotoEmoji", "Symbola", "DejaVuSans", "seguiemj"}, "Noto Emoji (the one without colours)", false},
	{"signs", []*unicode.RangeTable{unicode.S, unicode.P}, []string{"DejaVuSans", "NotoSansSymbols2", "NotoSansMath", "NotoSansSymbols", "Symbola", "FreeSans", "seguisym"}, "DejaVu Sans", false},
}

// fullWidth are the marks and signs between Chinese, Japanese and Korean text.
var fullWidth = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x3000, Hi: 0x303f, Stride: 1}, {Lo: 0xff00, Hi: 0xffef, Stride: 1}}}

var emoji = &unicode.RangeTable{R32: []unicode.Range32{{Lo: 0x1f000, Hi: 0x1faff, Stride: 1}}}

// rest is for the characters of no script of the table.
var rest = script{name: "other letters", fonts: []string{"DejaVuSans", "NotoSans-", "FreeSans", "Unifont"}, advice: "a font of the Noto family that has them"}

// scriptOf returns the script of a character.
func scriptOf(r rune) *script {
	for i, s := range scripts {
		if unicode.In(r, s.tables...) {
			return &scripts[i]
		}
	}
	return &rest
}

// find returns a face of this machine that has a character, or nil.
func (s *system) find(fs *fonts, r rune, c cut) *face {
	if s.paths == nil {
		s.look()
	}
	for _, path := range s.candidates(scriptOf(r), c) {
		f, known := s.opened[path]
		if !known {
			if s.left == 0 {
				continue
			}
			s.left--
			if parsed := load(path); parsed != nil {
				f = fs.add(parsed)
			}
			s.opened[path] = f
		}
		if f != nil && f.glyph(r).face != nil {
			return f
		}
	}
	for _, path := range slices.Sorted(maps.Keys(s.opened)) { // what is there by now may have it by chance
		if f := s.opened[path]; f != nil && f.glyph(r).face != nil {
			return f
		}
	}
	return nil
}

// look lists the fonts of this machine.
func (s *system) look() {
	s.paths, s.opened, s.left = []string{}, map[string]*face{}, mostOpened
	seen := 0
	for _, dir := range folders() {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return fs.SkipDir // a folder that is not there, or not ours to read
			case seen >= mostFiles:
				return fs.SkipAll
			case d.IsDir() && strings.Count(strings.TrimPrefix(path, dir), string(filepath.Separator)) > deepest:
				return fs.SkipDir
			}
			seen++
			switch strings.ToLower(filepath.Ext(path)) {
			case ".ttf", ".otf", ".ttc", ".otc":
				s.paths = append(s.paths, path)
			}
			return nil
		})
	}
	slices.SortFunc(s.paths, func(a, b string) int { // by name, and the folders only if the names are equal
		return strings.Compare(filepath.Base(a)+"\x00"+a, filepath.Base(b)+"\x00"+b)
	})
	s.paths = slices.Compact(s.paths)
}

// candidates returns the fonts that may have the characters of a script, best first: the ones known to be
// good for it, then, for those without a name in the table, whatever was opened already.
func (s *system) candidates(sc *script, c cut) []string {
	var out []string
	for _, name := range append(slices.Clone(sc.fonts), rest.fonts...) {
		var plain, right []string
		for _, path := range s.paths {
			tail, ok := strings.CutPrefix(strings.ToLower(filepath.Base(path)), strings.ToLower(name))
			if !ok || slices.ContainsFunc([]string{"condensed", "light", "thin", "black", "italic", "oblique", "extra", "medium", "semi"}, func(s string) bool {
				return strings.Contains(tail, s)
			}) {
				continue
			}
			heavy := strings.Contains(tail, "bold")
			monospaced := strings.Contains(tail, "mono") && !strings.HasPrefix(tail, "mono-") || strings.HasPrefix(tail, "mono")
			switch {
			case heavy == (c&bold != 0) && monospaced == (c&mono != 0):
				right = append(right, path)
			case !heavy:
				plain = append(plain, path)
			}
		}
		out = append(append(out, right...), plain...)
	}
	return out
}

// load reads a font that can be put into a file, or returns nil. Fonts that say that they may not be
// embedded are left alone.
func load(path string) (face font.Face) {
	defer func() {
		if recover() != nil { // a broken font is as good as none
			face = nil
		}
	}()
	data, err := files.ReadPlain(path, mostBytes)
	if err != nil {
		return nil
	}
	parsed, err := font.ParseFont(data)
	if err != nil || restricted(parsed.RawData()) {
		return nil
	}
	if c, ok := parsed.(interface {
		IsCFF() bool
		CFFData() []byte
	}); ok && c.IsCFF() {
		if _, err := font.SubsetCFF(c.CFFData(), map[uint16]rune{0: 0}); err != nil || !byNumber(c.CFFData()) {
			return nil
		}
	}
	return parsed
}

// byNumber reports whether the glyphs of a CFF font have numbers in place of names, as those of the
// languages with many characters have: the library embeds only these. The operator ROS says so, at the
// beginning of the font's dictionary.
func byNumber(cff []byte) bool {
	return strings.Contains(string(cff[:min(len(cff), 4096)]), "\x0c\x1e")
}

// restricted reports whether the licence of a font forbids to embed it.
func restricted(data []byte) bool {
	if len(data) < 12 {
		return true
	}
	for i := range int(binary.BigEndian.Uint16(data[4:])) {
		e := 12 + 16*i
		if e+16 > len(data) {
			return true
		}
		if at := int(binary.BigEndian.Uint32(data[e+8:])); string(data[e:e+4]) == "OS/2" {
			return at+10 > len(data) || binary.BigEndian.Uint16(data[at+8:])&0xf == 2
		}
	}
	return false
}
