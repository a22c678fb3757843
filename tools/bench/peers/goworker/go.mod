module polcheck/bench/goworker

go 1.21
