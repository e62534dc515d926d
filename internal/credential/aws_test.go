package credential_test

import (
	"strings"
	"testing"
	"time"

	"octavo/internal/credential"
	"octavo/internal/fetch"
)

// TestAWSSignatures are the values that AWS publishes: of its suite for Signature Version 4, of the reference of IAM and of
// that of S3.
func TestAWSSignatures(t *testing.T) {
	t.Parallel()
	suite := credential.AWSKey{ID: "AKIDEXAMPLE", Region: "us-east-1", Service: "service"}
	iam := credential.AWSKey{ID: "AKIDEXAMPLE", Region: "us-east-1", Service: "iam"}
	s3 := credential.AWSKey{ID: "AKIAIOSFODNN7EXAMPLE", Region: "us-east-1", Service: "s3"}
	const suiteSecret, s3Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	at, atS3 := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC), time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)
	plain := map[string]string{"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"}
	bucket := map[string]string{"host": "examplebucket.s3.amazonaws.com", "x-amz-content-sha256": empty, "x-amz-date": "20130524T000000Z"}
	ranged := map[string]string{"host": bucket["host"], "x-amz-content-sha256": empty, "x-amz-date": bucket["x-amz-date"], "range": "bytes=0-9"}
	form := map[string]string{"host": plain["host"], "x-amz-date": plain["x-amz-date"], "content-type": "application/x-www-form-urlencoded"}
	users := map[string]string{"host": "iam.amazonaws.com", "x-amz-date": plain["x-amz-date"], "content-type": "application/x-www-form-urlencoded; charset=utf-8"}
	const home, store = "https://example.amazonaws.com", "https://examplebucket.s3.amazonaws.com"
	for name, c := range map[string]struct {
		key                    credential.AWSKey
		secret, method, url    string
		header                 map[string]string
		body, signed, expected string
		at                     time.Time
	}{
		"get-vanilla":         {suite, suiteSecret, "GET", home, plain, "", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", at},
		"get-slashes":         {suite, suiteSecret, "", home + "//./x/..", plain, "", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", at},
		"get-order-key-case":  {suite, suiteSecret, "GET", home + "/?Param2=value2&Param1=value1", plain, "", "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500", at},
		"post-vanilla":        {suite, suiteSecret, "POST", home + "/", plain, "", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b", at},
		"post-form":           {suite, suiteSecret, "POST", home + "/", form, "Param1=value1", "content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a", at},
		"iam ListUsers":       {iam, suiteSecret, "GET", "https://iam.amazonaws.com/?Version=2010-05-08&Action=ListUsers", users, "", "content-type;host;x-amz-date", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7", at},
		"s3 get object":       {s3, s3Secret, "GET", store + "/test.txt", ranged, "", "host;range;x-amz-content-sha256;x-amz-date", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", atS3},
		"s3 get lifecycle":    {s3, s3Secret, "GET", store + "?lifecycle", bucket, "", "host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", atS3},
		"s3 list of a bucket": {s3, s3Secret, "GET", store + "/?max-keys=2&prefix=J", bucket, "", "host;x-amz-content-sha256;x-amz-date", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", atS3},
	} {
		got, err := credential.AWSAuthorization(c.key, c.secret, c.method, c.url, c.header, c.body, c.at)
		want := "AWS4-HMAC-SHA256 Credential=" + c.key.ID + "/" + c.at.Format("20060102") + "/us-east-1/" + c.key.Service + "/aws4_request, SignedHeaders=" + c.signed + ", Signature=" + c.expected
		if err != nil || got != want {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, got, want)
		}
	}
}

// awsSession is the session token of awsDraft.
const awsSession = "MARKtoken"

// awsDraft is an access key for one host.
func awsDraft(change func(*credential.Draft)) func(*credential.Draft) {
	return func(d *credential.Draft) {
		d.Kind, d.Session = credential.AWS, awsSession
		d.AWS = credential.AWSKey{ID: " AKIDEXAMPLE\n", Region: "eu-central-1", Service: "execute-api"}
		if change != nil {
			change(d)
		}
	}
}

func TestARequestIsSignedForAWS(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.make(w.maya, awsDraft(nil))
	if c.AWS.ID != "AKIDEXAMPLE" {
		t.Errorf("made %+v", c)
	}
	apply := func(address string, header map[string][]string) (fetch.Request, error) {
		opened, err := w.Open(w.ctx, w.Agency.ID, c.ID, "https://api.shop.test/")
		if err != nil {
			t.Fatal(err)
		}
		r := fetch.Request{URL: address, Header: header}
		return r, opened.Apply(&r)
	}
	opened, err := w.Open(w.ctx, w.Agency.ID, c.ID, "https://api.shop.test/")
	if err != nil {
		t.Fatal(err)
	}
	if text := opened.Mask(marker + " " + awsSession); strings.Contains(text, "MARK") {
		t.Errorf("masked: %s", text)
	}
	mine := map[string][]string{"X-Amz-Target": {"a  b"}, "X-Amz-Date": {"old"}, "Accept": {"*/*"}}
	r := fetch.Request{URL: "https://api.shop.test/a%20b/../c?z=1+2&a=%2a&a=!#top", Header: mine}
	if err := opened.Apply(&r); err != nil {
		t.Fatal(err)
	}
	line := r.Header.Get("Authorization")
	if r.URL != "https://api.shop.test/a%20b/../c?a=%21&a=%2A&z=1%202" || r.Header.Get("X-Amz-Security-Token") != awsSession || mine["X-Amz-Date"][0] != "old" ||
		!strings.Contains(line, "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target,") || strings.Contains(line, "MARK") ||
		strings.Join(r.SecretHeaders, " ") != "X-Amz-Date X-Amz-Content-Sha256 X-Amz-Security-Token" {
		t.Errorf("%s %v %v", r.URL, r.Header, r.SecretHeaders)
	}
	_, err = apply("https://api.shop.test/?a=%zz", nil)
	wantCode(t, err, "bad_url")

	// A new key has the session that comes with it, or none; a session alone belongs to no key.
	_, err = w.Update(w.ctx, w.maya, c.ID, 1, credential.Patch{Session: ptr("other")})
	wantReason(t, err, "session_alone")
	_, err = w.Update(w.ctx, w.maya, c.ID, 1, credential.Patch{AWS: &credential.AWSKey{ID: "AKIDEXAMPLE", Region: "us-east-1", Service: "execute-api"}})
	wantReason(t, err, "secret_again")
	c, err = w.Update(w.ctx, w.maya, c.ID, 1, credential.Patch{Secret: ptr("long lasting"), AWS: &credential.AWSKey{ID: "AKID2", Region: "us-east-1", Service: "s3"}})
	if err != nil || c.AWS.ID != "AKID2" {
		t.Fatalf("changed %+v, %v", c, err)
	}
	r, err = apply("https://api.shop.test/a%20b/(1)/../c%2Fd", nil)
	if err != nil || r.Header["X-Amz-Security-Token"] != nil || r.URL != "https://api.shop.test/a%20b/%281%29/../c%2Fd" {
		t.Errorf("for S3: %s %v, %v", r.URL, r.Header, err)
	}
}

func TestWhatIsNoKeyOfAWS(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for reason, change := range map[string]func(*credential.Draft){
		"aws_key_id":     func(d *credential.Draft) { d.AWS.ID = "AKID/x" },
		"aws_region":     func(d *credential.Draft) { d.AWS.Region = "" },
		"aws_service":    func(d *credential.Draft) { d.AWS.Service = "s3/evil" },
		"session":        func(d *credential.Draft) { d.Session = "a\r\nHost: evil.test" },
		"secret":         func(d *credential.Draft) { d.Secret = "a\nb" },
		"secret_missing": func(d *credential.Draft) { d.Secret = "" },
	} {
		_, err := w.Create(w.ctx, w.maya, draft(awsDraft(change)))
		wantReason(t, err, reason)
	}
}
