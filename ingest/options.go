package ingest

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/predictive-clv/clv/history"
)

// Options say what to read and how.
type Options struct {
	// In are paths and patterns like logs/*.csv, of which "-" is Stdin, or one
	// database: postgres://user@host/base, mysql://user@host/base or
	// sqlite:path. Passwords are better kept in PGPASSWORD, .pgpass or MYSQL_PWD
	// than in an address; no error and no result holds them.
	In    []string
	Stdin io.Reader // used for "-"

	Table string // of the database that In names, like orders or shop.orders
	Query string // in its place: a SELECT, whose columns are the log's

	Customer string // column names; empty: detect
	Date     string
	Amount   string // also a product, "Quantity*UnitPrice"; "-" or "none": the log has no amounts

	Order    string // column of the order's number: an order that an earlier file has is a duplicate, and takes 40 bytes of memory; empty: there is none
	Currency string // column of the currency: several of them are an error; empty: not looked at

	Sources []Source          // in the place of In: files with different columns
	Aliases map[string]string // other identifiers of customers, and the customer's
	Exclude []string          // customers to leave out, by the identifier after Aliases

	DateFormat string // a Go layout, "02/01/2006", or strftime, "%d/%m/%Y"; empty: detect
	Decimal    rune   // decimal mark of the amounts, '.' or ',': then 1.234,56 can be read; zero: what has one meaning in every country
	Delimiter  rune   // zero: detect among comma, semicolon, tab and |

	Unit     history.Unit    // of the histories; zero: Week for logs, an error for summaries, which do not state theirs
	Cut, End time.Time       // as in history.Options
	Refunds  history.Refunds // zero: history.Net

	Purchases bool // keep every purchase, as in history.Options; not to be had from summaries and databases, nor if they take more than half of Memory

	// SkipBadRows sets rows that cannot be read aside and counts them, where
	// they would be a [BadRows] error. A field with a stray quote remains an
	// error: it hides how many rows it swallowed.
	SkipBadRows bool

	// BadRows, if set, is given the rows that SkipBadRows sets aside, as CSV with
	// the columns file, line (or the row's number), column, cause and text: the
	// row, of Parquet files and frames the fields that were asked for.
	BadRows io.Writer

	Engine  Engine // zero: Choose
	Memory  int64  // bytes that reading may use; zero: half of the machine's, or of what the process is allowed of it
	TempDir string // where what does not fit waits, in files without a name; empty: os.TempDir

	// Zone is the time zone of the days. Nil: a day is what is written, whatever
	// zone stands beside it, and the day of a stored moment is UTC's.
	Zone *time.Location

	// Progress, if set, is told now and then how many bytes of the files have
	// been read, and of how many; total is -1 if that is not known.
	Progress func(bytes, total int64)
}

// Data is what was read.
type Data struct {
	Log     *history.Log // for summaries the Days are nil
	Summary bool         // the files were histories already
	Columns Columns      // the columns used
	Engine  string       // what decoded the files: "streaming", or the name of the engine or database if it read any of them
	SHA256  string       // of the files' bytes as stored, all files in order; of the histories that a database gave
	Aliased int          // rows under another identifier of their customer
	Skipped []error      // the first ten rows set aside as unreadable; the reconciliation counts them all
}

// Columns tells which columns were used, by the names in the first file's
// header, and how. Empty: there is none.
type Columns struct {
	Customer   string `json:"customer,omitempty"`
	Date       string `json:"date,omitempty"`
	DateFormat string `json:"date_format,omitempty"` // given or found, as a Go layout without the time of day
	Amount     string `json:"amount,omitempty"`
	Order      string `json:"order,omitempty"`
	Currency   string `json:"currency,omitempty"`

	Frequency string `json:"frequency,omitempty"` // of a summary
	Recency   string `json:"recency,omitempty"`
	T         string `json:"T,omitempty"`
	Spend     string `json:"spend,omitempty"`
	N         string `json:"n,omitempty"`
}

// String returns the columns in one line of words.
func (c Columns) String() string {
	var parts []string
	add := func(role, name string) {
		if name != "" {
			parts = append(parts, fmt.Sprintf("%s %q", role, name))
		}
	}
	add("customer", c.Customer)
	add("date", c.Date)
	add("date format", c.DateFormat)
	add("amount", c.Amount)
	add("order", c.Order)
	add("currency", c.Currency)
	add("frequency", c.Frequency)
	add("recency", c.Recency)
	add("T", c.T)
	add("spend", c.Spend)
	add("customers in a row", c.N)
	return strings.Join(parts, ", ")
}
