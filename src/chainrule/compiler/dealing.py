"""Native code by which threads share out the parts of kernels.

A step has stages: kernels that are cut, and rows of others, which are the caller's. Threads take
parts as they come, and who finds none left waits until all are done. So a thread that the system
lets wait holds up nothing but the part that it is at, and one that comes late finds its work done.
The counter of parts that are done only grows: at step t from t P to (t + 1) P.

The threads of a run share a record: whether it is open and how many came and went, then the
counters, each in a line of the cache of its own. It begins as zeros.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from chainrule.compiler.code import Function
from chainrule.compiler.llvm import Host
from chainrule.compiler.values import Value, constant

LINE = 64  # bytes
HEAD = 3  # lines before the counters
GIVE_WAY = 1  # word of the record: the address of a function that lets other threads run
PATIENCE = 1 << 11  # short pauses, about 0.1 ms, before a thread gives way
LATE = 1 << 15  # short pauses for which a helper waits for a run to open

NATIVE = f"""\
; The caller (worker 0) opens the run. A helper comes in if it is open, or opens soon.
define internal i1 @chainrule_enter(ptr %record, i64 %worker) noinline #0 {{
entry:
  %entered = getelementptr i8, ptr %record, i64 {LINE}
  %left = getelementptr i8, ptr %record, i64 {2 * LINE}
  %calls = icmp eq i64 %worker, 0
  br i1 %calls, label %open, label %look
open:
  store atomic i64 1, ptr %record seq_cst, align 8
  ret i1 true
look:
  %turn = phi i64 [0, %entry], [%next, %rest]
  %next = add i64 %turn, 1
  %state = load atomic i64, ptr %record seq_cst, align 8
  switch i64 %state, label %no [i64 0, label %early i64 1, label %come]
early:
  %late = icmp ugt i64 %turn, {LATE}
  br i1 %late, label %no, label %rest
rest:
  PAUSE
  br label %look
come:
  %n = atomicrmw add ptr %entered, i64 1 seq_cst, align 8
  %now = load atomic i64, ptr %record seq_cst, align 8
  %still = icmp eq i64 %now, 1
  br i1 %still, label %yes, label %go
yes:
  ret i1 true
go:
  %m = atomicrmw add ptr %left, i64 1 seq_cst, align 8
  ret i1 false
no:
  ret i1 false
}}

; A helper goes. The caller closes the run, and goes when all helpers that came are gone.
define internal void @chainrule_leave(ptr %record, i64 %worker) noinline #0 {{
entry:
  %entered = getelementptr i8, ptr %record, i64 {LINE}
  %left = getelementptr i8, ptr %record, i64 {2 * LINE}
  %calls = icmp eq i64 %worker, 0
  br i1 %calls, label %close, label %go
close:
  store atomic i64 2, ptr %record seq_cst, align 8
  %came = load atomic i64, ptr %entered seq_cst, align 8
  call void @chainrule_wait(ptr %left, i64 %came, ptr %record)
  ret void
go:
  %m = atomicrmw add ptr %left, i64 1 seq_cst, align 8
  ret void
}}

; Return a part that nobody else has taken at this step, -1 if there is none: the first one that is
; left for every other thread, the last one for those between. So each finds its own arrays of the
; step before in its cache. The counter has the step, and how many went from the end and the start.
define internal i64 @chainrule_take(ptr %taken, i64 %step, i64 %parts, i64 %worker) noinline #0 {{
entry:
  %odd = and i64 %worker, 1
  %from_end = icmp eq i64 %odd, 1
  %one = select i1 %from_end, i64 65536, i64 1
  %high = shl i64 %step, 32
  br label %look
look:
  %seen = load atomic i64, ptr %taken acquire, align 8
  %at = lshr i64 %seen, 32
  %over = icmp ugt i64 %at, %step
  br i1 %over, label %none, label %count
count:
  %current = icmp eq i64 %at, %step
  %counts = and i64 %seen, 4294967295
  %low = select i1 %current, i64 %counts, i64 0
  %back = lshr i64 %low, 16
  %front = and i64 %low, 65535
  %gone = add i64 %back, %front
  %any = icmp ult i64 %gone, %parts
  br i1 %any, label %try, label %none
try:
  %more = add i64 %low, %one
  %new = or i64 %high, %more
  %both = cmpxchg ptr %taken, i64 %seen, i64 %new acq_rel acquire, align 8
  %mine = extractvalue {{ i64, i1 }} %both, 1
  br i1 %mine, label %got, label %look
got:
  %behind = sub i64 %parts, %back
  %last = sub i64 %behind, 1
  %part = select i1 %from_end, i64 %last, i64 %front
  ret i64 %part
none:
  ret i64 -1
}}

; Wait until a counter has reached the limit: at first in a hurry, then letting others run.
define internal void @chainrule_wait(ptr %done, i64 %limit, ptr %record) noinline #0 {{
entry:
  br label %look
look:
  %turn = phi i64 [0, %entry], [%next, %rest], [%next, %give]
  %next = add i64 %turn, 1
  %seen = load atomic i64, ptr %done acquire, align 8
  %all = icmp sge i64 %seen, %limit
  br i1 %all, label %end, label %more
more:
  %tired = icmp ugt i64 %turn, {PATIENCE}
  br i1 %tired, label %give, label %rest
rest:
  PAUSE
  br label %look
give:
  %where = getelementptr i8, ptr %record, i64 {8 * GIVE_WAY}
  %way = load ptr, ptr %where, align 8
  %ignored = call i32 %way()
  br label %look
end:
  ret void
}}
"""


def native(host: Host) -> str:
    """Return the functions that the code below calls.

    None is inlined, and each has a fence for the compiler: no pass moves loads or stores across.
    """
    arm = host.triple.startswith(("aarch64", "arm64"))
    rest = "llvm.aarch64.hint(i32 1)" if arm else "llvm.x86.sse2.pause()"
    known = arm or host.triple.startswith(("x86_64", "i686"))
    text = NATIVE.replace("PAUSE", f"call void @{rest}" if known else "")
    fence = 'fence syncscope("singlethread") seq_cst'
    return text.replace("entry:\n", f"entry:\n  {fence}\n")


def record_bytes(stages: int) -> int:
    """Return the size of the record of a run."""
    return LINE * (HEAD + 2 * stages)


@contextmanager
def taking_part(f: Function, record: Value, worker: Value) -> Iterator[None]:
    """Write the block for the caller (worker 0), and for helpers that come while the run is open.

    The caller leaves last: what the run uses stays as it is while anybody is inside.
    """
    here = f.put("i1", f"call i1 @chainrule_enter({record}, {worker})")
    with f.when(here):
        yield
        f.do(f"call void @chainrule_leave({record}, {worker})")


@contextmanager
def sharing(
    f: Function, record: Value, worker: Value, stage: int, parts: int, step: Value
) -> Iterator[tuple[Value, Value]]:
    """Write the block for each part that a thread takes; at the end it waits for the others.

    The block gets the number of the part, and how many the thread has done at this stage before.
    """
    taken = f.at(record, "i8", LINE * (HEAD + 2 * stage))
    done = f.at(record, "i8", LINE * (HEAD + 2 * stage + 1))
    count, zero = constant("i64", parts), constant("i64", 0)
    with f.loop(parts) as loop:
        found = f"call i64 @chainrule_take({taken}, {step}, {count}, {worker})"
        part = f.put("i64", found) if parts > 1 else f.sub(zero, worker)  # the caller's is 0
        with f.when(f.compare("ge", part, zero)):
            yield part, loop.index
            f.put("i64", f"atomicrmw add {done}, i64 1 release, align 8")
    limit = f.add(f.mul(step, count), count)
    f.do(f"call void @chainrule_wait({done}, {limit}, {record})")
