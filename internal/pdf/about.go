package pdf

import (
	"strings"
	"time"
	"unicode/utf8"
)

// About is what a file says of itself.
type About struct {
	Title, Authors string // Authors may be empty
	Lang           string // a language tag, as "en" or "pt-BR"
	Date           time.Time
	Universal      bool // the file keeps to PDF/UA-1 (ISO 14289-1): readers can read it to people who do not see it
}

// XMP returns the description of a file as programs that manage files read it (ISO 16684-1).
func (a About) XMP() []byte {
	at := a.Date.UTC().Format(time.RFC3339)
	x := `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">` +
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">` +
		`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + spoken(a.Title) + `</rdf:li></rdf:Alt></dc:title>` +
		`<dc:language><rdf:Bag><rdf:li>` + spoken(a.Lang) + `</rdf:li></rdf:Bag></dc:language>`
	if a.Authors != "" {
		x += `<dc:creator><rdf:Seq><rdf:li>` + spoken(a.Authors) + `</rdf:li></rdf:Seq></dc:creator>`
	}
	if a.Universal {
		x += `<pdfuaid:part>1</pdfuaid:part>`
	}
	x += `<xmp:CreatorTool>slidexec</xmp:CreatorTool><xmp:CreateDate>` + at + `</xmp:CreateDate><xmp:ModifyDate>` + at + `</xmp:ModifyDate>` +
		`</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`
	return []byte(x)
}

// spoken returns a line of text for XML, without what XML cannot have.
func spoken(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return ' '
		case r < ' ', r >= 0x7f && r < 0xa0, r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
			return utf8.RuneError
		}
		return r
	}, s))
}
