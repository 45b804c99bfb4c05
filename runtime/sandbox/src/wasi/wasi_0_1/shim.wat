;; WASI 0.1 with nothing behind it, for core modules that import
;; `wasi_snapshot_preview1`: C, C++, Go, whatever was made before components.
;;
;; Output becomes the log, the clock stands at the instant of acceptance, random
;; bytes follow from the delivery's id, and everything else is not there. The
;; usual adapter keeps a state and asks the module for the memory, before the
;; module has been initialised; Go ends there. This one has no state but the
;; time, and takes no memory.
;;
;; Joined to a module by wit-component as an adapter: only the functions that
;; the module imports, and what they import, get into the component. An adapter
;; can have no data, no table and no memory of its own.
;;
;; The numbers of errors: 0 success, 8 bad file descriptor, 28 invalid argument,
;; 29 input/output error, 44 no such file, 52 no such function, 70 can't seek.
(module
  (import "env" "memory" (memory 0))
  (import "hookmill:transform/clock@1.0.0" "now-ms" (func $now_ms (result i64)))
  (import "wasi:random/random@0.2.12" "get-random-u64" (func $random (result i64)))
  (import "wasi:cli/stdout@0.2.12" "get-stdout" (func $stdout (result i32)))
  (import "wasi:cli/stderr@0.2.12" "get-stderr" (func $stderr (result i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush"
    (func $write (param $stream i32) (param $at i32) (param $length i32) (param $result i32)))
  (import "wasi:io/streams@0.2.12" "[resource-drop]output-stream"
    (func $drop_stream (param i32)))
  (import "wasi:cli/exit@0.2.12" "exit-with-code" (func $exit (param i32)))

  ;; Nanoseconds that the module has slept. Nothing waits: a sleep ends at once,
  ;; and its length has passed on the clock.
  (global $slept (mut i64) (i64.const 0))

  ;; Arguments and environment: none.
  (func $none (param $count i32) (param $bytes i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $bytes) (i32.const 0))
    (i32.const 0))
  (export "args_sizes_get" (func $none))
  (export "environ_sizes_get" (func $none))
  (func (export "args_get") (param i32 i32) (result i32) (i32.const 0))
  (func (export "environ_get") (param i32 i32) (result i32) (i32.const 0))

  ;; Time. There are four clocks, and all show the same; never zero, which Go
  ;; takes for a clock that does not work.
  (func $now (result i64)
    (local $now i64)
    (local.set $now
      (i64.add (i64.mul (call $now_ms) (i64.const 1000000)) (global.get $slept)))
    (select (i64.const 1) (local.get $now) (i64.eqz (local.get $now))))
  (func (export "clock_time_get") (param $clock i32) (param i64) (param $time i32) (result i32)
    (if (i32.gt_u (local.get $clock) (i32.const 3)) (then (return (i32.const 28))))
    (i64.store (local.get $time) (call $now))
    (i32.const 0))
  (func (export "clock_res_get") (param $clock i32) (param $resolution i32) (result i32)
    (if (i32.gt_u (local.get $clock) (i32.const 3)) (then (return (i32.const 28))))
    (i64.store (local.get $resolution) (i64.const 1000000))
    (i32.const 0))
  (func (export "sched_yield") (result i32) (i32.const 0))

  ;; Nanoseconds until what a subscription waits for; reading and writing never
  ;; wait.
  (func $remaining (param $subscription i32) (result i64)
    (local $timeout i64)
    (if (i32.load8_u offset=8 (local.get $subscription)) (then (return (i64.const 0))))
    (local.set $timeout (i64.load offset=24 (local.get $subscription)))
    (if (i32.and (i32.load16_u offset=40 (local.get $subscription)) (i32.const 1))
      (then
        (if (i64.le_u (local.get $timeout) (call $now)) (then (return (i64.const 0))))
        (return (i64.sub (local.get $timeout) (call $now)))))
    (local.get $timeout))

  ;; Answers at once, with what would have come first.
  (func (export "poll_oneoff")
    (param $subscriptions i32) (param $events i32) (param $count i32) (param $found i32)
    (result i32)
    (local $at i32) (local $end i32) (local $wait i64) (local $kind i32) (local $event i32)
    (if (i32.eqz (local.get $count)) (then (return (i32.const 28))))
    (local.set $end
      (i32.add (local.get $subscriptions) (i32.mul (local.get $count) (i32.const 48))))
    (local.set $wait (i64.const -1))
    (local.set $at (local.get $subscriptions))
    (loop $next
      (if (i64.lt_u (call $remaining (local.get $at)) (local.get $wait))
        (then (local.set $wait (call $remaining (local.get $at)))))
      (br_if $next
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 48))) (local.get $end))))
    (local.set $event (local.get $events))
    (local.set $at (local.get $subscriptions))
    (loop $next
      (if (i64.le_u (call $remaining (local.get $at)) (local.get $wait))
        (then
          (local.set $kind (i32.load8_u offset=8 (local.get $at)))
          (i64.store (local.get $event) (i64.load (local.get $at)))
          ;; The error and the kind: only the three standard streams are there.
          (i32.store16 offset=8 (local.get $event)
            (select (i32.const 8) (i32.const 0)
              (i32.and (i32.ne (local.get $kind) (i32.const 0))
                (i32.gt_u (i32.load offset=16 (local.get $at)) (i32.const 2)))))
          (i32.store8 offset=10 (local.get $event) (local.get $kind))
          ;; Bytes to read, and that there will be no others.
          (i64.store offset=16 (local.get $event) (i64.const 0))
          (i32.store16 offset=24 (local.get $event) (i32.eq (local.get $kind) (i32.const 1)))
          (local.set $event (i32.add (local.get $event) (i32.const 32)))))
      (br_if $next
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 48))) (local.get $end))))
    (global.set $slept (i64.add (global.get $slept) (local.get $wait)))
    (i32.store (local.get $found)
      (i32.div_u (i32.sub (local.get $event) (local.get $events)) (i32.const 32)))
    (i32.const 0))

  ;; Random bytes, eight at a time.
  (func (export "random_get") (param $at i32) (param $length i32) (result i32)
    (local $bytes i64)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $length)))
        (local.set $bytes (call $random))
        (if (i32.ge_u (local.get $length) (i32.const 8))
          (then
            (i64.store (local.get $at) (local.get $bytes))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (local.set $length (i32.sub (local.get $length) (i32.const 8)))
            (br $next)))
        (loop $byte
          (i64.store8 (local.get $at) (local.get $bytes))
          (local.set $bytes (i64.shr_u (local.get $bytes) (i64.const 8)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br_if $byte
            (local.tee $length (i32.sub (local.get $length) (i32.const 1)))))))
    (i32.const 0))

  ;; The end: a trap that says the status.
  (func (export "proc_exit") (param $status i32)
    (call $exit (i32.and (local.get $status) (i32.const 255)))
    unreachable)
  (func (export "proc_raise") (param i32) (result i32) (i32.const 52))

  ;; Standard output and error. The host answers in memory, which is not ours:
  ;; the first bytes are lent for it and put back.
  (func (export "fd_write")
    (param $fd i32) (param $buffers i32) (param $count i32) (param $written i32) (result i32)
    (local $stream i32) (local $first i64) (local $second i32) (local $total i32)
    (local $length i32) (local $failed i32)
    (if (i32.gt_u (i32.sub (local.get $fd) (i32.const 1)) (i32.const 1))
      (then (return (i32.const 8))))
    (local.set $stream
      (if (result i32) (i32.eq (local.get $fd) (i32.const 1))
        (then (call $stdout)) (else (call $stderr))))
    (local.set $first (i64.load (i32.const 0)))
    (local.set $second (i32.load (i32.const 8)))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $length (i32.load offset=4 (local.get $buffers)))
        (call $write (local.get $stream)
          (i32.load (local.get $buffers)) (local.get $length) (i32.const 0))
        (local.set $failed (i32.load8_u (i32.const 0)))
        (i64.store (i32.const 0) (local.get $first))
        (i32.store (i32.const 8) (local.get $second))
        (br_if $done (local.get $failed))
        (local.set $total (i32.add (local.get $total) (local.get $length)))
        (local.set $buffers (i32.add (local.get $buffers) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (call $drop_stream (local.get $stream))
    (i32.store (local.get $written) (local.get $total))
    (select (i32.const 29) (i32.const 0) (local.get $failed)))

  ;; Standard input is at its end.
  (func (export "fd_read") (param $fd i32) (param i32 i32) (param $read i32) (result i32)
    (if (local.get $fd) (then (return (i32.const 8))))
    (i32.store (local.get $read) (i32.const 0))
    (i32.const 0))

  ;; What the three standard streams are: terminals, so that C libraries write
  ;; each line when it ends, and not when a program does.
  (func (export "fd_fdstat_get") (param $fd i32) (param $stat i32) (result i32)
    (if (i32.gt_u (local.get $fd) (i32.const 2)) (then (return (i32.const 8))))
    (i64.store (local.get $stat) (i64.const 2))
    ;; They can be read, written and polled.
    (i64.store offset=8 (local.get $stat) (i64.const 0x8000042))
    (i64.store offset=16 (local.get $stat) (i64.const 0))
    (i32.const 0))
  (func (export "fd_filestat_get") (param $fd i32) (param $stat i32) (result i32)
    (if (i32.gt_u (local.get $fd) (i32.const 2)) (then (return (i32.const 8))))
    (memory.fill (local.get $stat) (i32.const 0) (i32.const 64))
    (i32.store8 offset=16 (local.get $stat) (i32.const 2))
    (i64.store offset=24 (local.get $stat) (i64.const 1))
    (i32.const 0))

  ;; The standard streams take these without doing anything.
  (func $standard (param $fd i32) (result i32)
    (select (i32.const 8) (i32.const 0) (i32.gt_u (local.get $fd) (i32.const 2))))
  (export "fd_close" (func $standard))
  (export "fd_sync" (func $standard))
  (export "fd_datasync" (func $standard))
  (func (export "fd_fdstat_set_flags") (param $fd i32) (param i32) (result i32)
    (call $standard (local.get $fd)))

  ;; A stream has no place to go to.
  (func $no_place (param $fd i32) (result i32)
    (select (i32.const 8) (i32.const 70) (i32.gt_u (local.get $fd) (i32.const 2))))
  (func (export "fd_seek") (param $fd i32) (param i64 i32 i32) (result i32)
    (call $no_place (local.get $fd)))
  (func (export "fd_tell") (param $fd i32) (param i32) (result i32)
    (call $no_place (local.get $fd)))

  ;; There are no files, folders and sockets.
  (func (export "fd_advise") (param i32 i64 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_allocate") (param i32 i64 i64) (result i32) (i32.const 8))
  (func (export "fd_fdstat_set_rights") (param i32 i64 i64) (result i32) (i32.const 8))
  (func (export "fd_filestat_set_size") (param i32 i64) (result i32) (i32.const 8))
  (func (export "fd_filestat_set_times") (param i32 i64 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_pread") (param i32 i32 i32 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_prestat_get") (param i32 i32) (result i32) (i32.const 8))
  (func (export "fd_prestat_dir_name") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "fd_pwrite") (param i32 i32 i32 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_readdir") (param i32 i32 i32 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_renumber") (param i32 i32) (result i32) (i32.const 8))
  (func (export "sock_accept") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_recv") (param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_send") (param i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_shutdown") (param i32 i32) (result i32) (i32.const 8))
  (func (export "path_create_directory") (param i32 i32 i32) (result i32) (i32.const 44))
  (func (export "path_filestat_get") (param i32 i32 i32 i32 i32) (result i32) (i32.const 44))
  (func (export "path_filestat_set_times")
    (param i32 i32 i32 i32 i64 i64 i32) (result i32) (i32.const 44))
  (func (export "path_link") (param i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 44))
  (func (export "path_open")
    (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32) (i32.const 44))
  (func (export "path_readlink") (param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 44))
  (func (export "path_remove_directory") (param i32 i32 i32) (result i32) (i32.const 44))
  (func (export "path_rename") (param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 44))
  (func (export "path_symlink") (param i32 i32 i32 i32 i32) (result i32) (i32.const 44))
  (func (export "path_unlink_file") (param i32 i32 i32) (result i32) (i32.const 44))
)
