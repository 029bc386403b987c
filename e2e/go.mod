module github.com/fauxstack/fauxstack/e2e

go 1.26.0

require (
	github.com/fauxstack/fauxstack v0.0.0
	github.com/goccy/go-yaml v1.19.1
	github.com/gophercloud/gophercloud/v2 v2.15.0
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	golang.org/x/crypto v0.58.0
)

require (
	github.com/fernet/fernet-go v0.0.0-20240119011108-303da6aec611 // indirect
	github.com/gorilla/mux v1.8.1 // indirect
	github.com/tidwall/btree v1.8.1 // indirect
	go.etcd.io/bbolt v1.4.3 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0
)

replace github.com/fauxstack/fauxstack => ..
