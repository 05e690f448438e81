import time
from chassis_sample.shop.contract import GetStock, Sell
from contracts.wire import Actor
def test_bench(stack):
    import logging
    a=Actor(account_id="a")
    for name,make in (("query",lambda i: GetStock(actor=a,item_id="pen")),("command",lambda i: Sell(actor=a,idempotency_key=f"k{i}",item_id="pen",count=0))):
        t=[]
        for i in range(200):
            b=time.perf_counter(); stack.ask(make(i)); t.append((time.perf_counter()-b)*1000)
        t.sort(); print(stack.uri[:9],name,"p50 %.2f p99 %.2f ms"%(t[100],t[197]))
