// A service behind the middleware; the tests of the client run it. Prints its port, ends when its standard input does.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"latchkey"
)

func main() {
	timeoutMs, _ := strconv.Atoi(os.Getenv("LATCHKEY_TIMEOUT_MS"))
	client := latchkey.New(latchkey.Options{
		URL:              os.Getenv("LATCHKEY_URL"),
		Token:            os.Getenv("LATCHKEY_SERVICE_TOKEN"),
		Timeout:          time.Duration(timeoutMs) * time.Millisecond,
		AllowUnavailable: os.Getenv("LATCHKEY_ON_UNAVAILABLE") == "allow",
		FlushEvery:       50 * time.Millisecond,
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	server := &http.Server{Handler: client.Middleware(latchkey.Demand{}, http.HandlerFunc(inventory))}
	go func() { _ = server.Serve(listener) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = server.Close()
	client.Close()
}

func inventory(writer http.ResponseWriter, request *http.Request) {
	if strings.HasSuffix(request.URL.Path, "/broken") {
		writer.WriteHeader(http.StatusInternalServerError)
	}
	caller := latchkey.Caller(request)
	if caller == nil {
		_, _ = io.WriteString(writer, "nobody")
		return
	}
	_, _ = io.WriteString(writer, caller.Key.KeyID)
}
