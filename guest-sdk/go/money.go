package hookmill

import (
	"fmt"
	"strings"
)

// Money writes minor units of a currency, in JSON and as a text, as the number
// that people write: 4999 of USD is 49.99, 1500 of JPY 1500. Exact; an unknown
// currency counts in hundredths.
type Money struct {
	Minor    int64
	Currency string
}

// MarshalJSON writes a number.
func (money Money) MarshalJSON() ([]byte, error) {
	return []byte(money.String()), nil
}

func (money Money) String() string {
	amount := uint64(money.Minor)
	sign := ""
	if money.Minor < 0 {
		amount, sign = -amount, "-"
	}
	digits, scale := decimals(money.Currency)
	text := fmt.Sprintf("%s%d", sign, amount/scale)
	if rest := amount % scale; rest != 0 {
		text += strings.TrimRight(fmt.Sprintf(".%0*d", digits, rest), "0")
	}
	return text
}

// The ISO 4217 currencies whose minor unit is not a hundredth.
const (
	whole       = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF "
	thousandths = " BHD IQD JOD KWD LYD OMR TND "
)

func decimals(currency string) (digits int, scale uint64) {
	switch code := " " + currency + " "; {
	case strings.Contains(whole, code):
		return 0, 1
	case strings.Contains(thousandths, code):
		return 3, 1000
	default:
		return 2, 100
	}
}
