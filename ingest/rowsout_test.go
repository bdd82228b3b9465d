package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
)

func TestWriteText(t *testing.T) {
	for name, tc := range map[string]struct {
		write func(context.Context, io.Writer, int, []OutColumn) error
		want  string
	}{
		"csv": {WriteCSV, "customer_id,frequency,T,day,amount\n" +
			"\"Zoë's \"\"0\"\"\",0,0.3333333333333333,1999-09-03,0.00\n" +
			"\"Zoë's \"\"1\"\"\",8589934592,,1999-09-04,0.10\n" +
			"\"Zoë's \"\"2\"\"\",17179869184,,1999-09-05,0.20\n" +
			"\"Zoë's \"\"3\"\"\",25769803776,1e-300,1999-09-06,0.30\n"},
		"json lines": {WriteJSONLines, `{"customer_id":"Zoë's \"0\"","frequency":0,"T":0.3333333333333333,"day":"1999-09-03","amount":0.00}` + "\n" +
			`{"customer_id":"Zoë's \"1\"","frequency":8589934592,"T":null,"day":"1999-09-04","amount":0.10}` + "\n" +
			`{"customer_id":"Zoë's \"2\"","frequency":17179869184,"T":null,"day":"1999-09-05","amount":0.20}` + "\n" +
			`{"customer_id":"Zoë's \"3\"","frequency":25769803776,"T":1e-300,"day":"1999-09-06","amount":0.30}` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := tc.write(t.Context(), &out, 4, outRows()); err != nil || out.String() != tc.want {
				t.Errorf("error %v, text\n%s\nwant\n%s", err, &out, tc.want)
			}
			if err := tc.write(t.Context(), full{}, 10_000, outRows()); err == nil {
				t.Error("no error of a full disk")
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := tc.write(ctx, io.Discard, 1, outRows()); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want that of the context", err)
			}
			if err := tc.write(t.Context(), io.Discard, 1, []OutColumn{{Name: "a"}}); err == nil {
				t.Error("no error of a column without a function")
			}
		})
	}
}
